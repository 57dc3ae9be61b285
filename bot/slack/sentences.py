"""What the edge itself has to say. Refusals of the domain are worded by render/."""

from collections.abc import Sequence

from bot.slack.ids import CallbackId, ClickTarget, Part, metadata_of
from bot.slack.render.lines import preformatted, rich_text
from bot.slack.render.objects import SECTION_TEXT, Block, View, cut, message, modal, section

LATE = message("Your click was counted, it only took longer than usual. The card shows it in a moment.")
FORM_NOT_SHOWN = message("Slack could not show the form in time. Your click changed nothing. Click once more.")
FAILED = message(
    "Something went wrong on our side. Look at the card: it shows what holds. If nothing has changed there, try again."
)

POLICY_WANTS_A_REASON = "Policy asks for a reason here."
ANSWER_IN_WORDS = "Write an answer in words."


def failed_view(target: ClickTarget, yours: Sequence[str] = ()) -> View:
    """What a form becomes when something broke on our side: what was typed is given back."""
    blocks: list[Block] = [section(Part.SAID, FAILED["text"])]
    if yours:
        blocks.append(rich_text(Part.YOURS, [preformatted(cut("\n".join(yours), SECTION_TEXT))]))
    return modal(CallbackId.OUTRUN, "Not certain", blocks, metadata=metadata_of(target.request_id, target.revision))


def counted_view(target: ClickTarget) -> View:
    """What a form becomes whose decision took longer than Slack waits."""
    said = section(Part.SAID, "Your decision was counted, it only took longer than usual.")
    return modal(CallbackId.OUTRUN, "Counted", [said], metadata=metadata_of(target.request_id, target.revision))

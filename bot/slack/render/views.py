"""The small forms: loading, deny, answer, choose, and what a form becomes when somebody was faster."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.action import Kind
from bot.domain.card import act_of
from bot.domain.card_ask import risk_words
from bot.domain.card_choices import option_choices
from bot.domain.card_parts import Choice
from bot.domain.card_secrets import without_secrets
from bot.domain.card_text import Name, Ours, Style, one_line, text_of
from bot.domain.errors import DomainError, RequestClosed
from bot.domain.request import ApprovalRequest
from bot.domain.vote import Control
from bot.slack.ids import ActionId, CallbackId, ClickTarget, Part, metadata_of
from bot.slack.render.lines import (
    mrkdwn_of,
    preformatted,
    rich_elements,
    rich_list,
    rich_section,
    rich_text,
    text_element,
)
from bot.slack.render.objects import (
    OPTION_TEXT,
    SECTION_TEXT,
    Block,
    View,
    context,
    cut,
    input_block,
    modal,
    mrkdwn,
    option,
    plain_text,
    section,
)
from bot.slack.render.refusals import refusal_lines

REVIEW_TITLE = "Review and edit"
REASON_LENGTH = 1000
ANSWER_LENGTH = 2000

_CONTROLS = {
    Control.CONTINUE: ("Plan again", "It looks for another way and may ask again."),
    Control.PAUSE: ("Pause", "It waits until someone resumes it."),
    Control.STOP: ("Stop", "This run ends here."),
}


def loading_view(target: ClickTarget, title: str = REVIEW_TITLE) -> View:
    """Opened at once, filled a moment later."""
    waiting = section(Part.WAIT, "One moment, fetching the request…")
    return modal(CallbackId.LOADING, title, [waiting], metadata=metadata_of(target.request_id, target.revision))


def deny_view(request: ApprovalRequest) -> View:
    """Asks why not, and what the agent does next."""
    agent = one_line(request.agent.name)
    needed = request.ruling.deny_reason_required
    hint = f"{agent} reads this word for word. {'Policy asks for a reason.' if needed else 'You can leave it empty.'}"
    example = "For example: these are the disaster-recovery standby. No traffic is their job."
    reason = text_input(REASON_LENGTH, example, has_focus=True)
    options = [option(text, control, description) for control, (text, description) in _CONTROLS.items()]
    then = {"type": "radio_buttons", "action_id": ActionId.CONTROL, "options": options, "initial_option": options[0]}
    return modal(
        CallbackId.DENY,
        "Deny this request",
        [
            *what_blocks(request),
            input_block(Part.REASON, "Why not?", reason, hint=hint, is_optional=not needed),
            input_block(Part.THEN, f"What should {agent} do now?", then),
        ],
        metadata=metadata_of(request.id, request.revision),
        submit="Deny",
        close="Cancel",
    )


def answer_view(request: ApprovalRequest) -> View:
    """Asks for an answer in words, which closes the request."""
    agent = one_line(request.agent.name)
    title = f"Answer {agent}"
    if request.asked.kind is Kind.CLARIFICATION:
        hint = "It becomes the scope of the task, word for word."
        example = "For example: merge duplicates only, and leave customers with open orders alone."
        above = what_blocks(request)[:1]
    else:
        hint = f"{agent} reads this word for word. The request closes as answered: this action does not run."
        example = "For example: ask the data team first, then bring me the list."
        above = what_blocks(request)
    return modal(
        CallbackId.ANSWER,
        title if len(title) <= 24 else "Answer",
        [
            *above,
            input_block(Part.ANSWER, "Your answer", text_input(ANSWER_LENGTH, example, has_focus=True), hint=hint),
        ],
        metadata=metadata_of(request.id, request.revision),
        submit="Send answer",
        close="Cancel",
    )


def choose_view(request: ApprovalRequest) -> View:
    """All options with their consequences, one to choose. An option's value is its place in the list.

    Where Slack has no room for all the words beside a button, they stand above, as does what an option would run.
    """
    choices = option_choices(without_secrets(request))
    words = [(f"{one.number}: {one.label}", one_line(text_of(one.consequence))) for one in choices]
    options = [
        option(label, str(one.number), consequence or None)
        for one, (label, consequence) in zip(choices, words, strict=True)
    ]
    is_more_to_say = any(len(one) > OPTION_TEXT for both in words for one in both) or any(one.runs for one in choices)
    radios = {"type": "radio_buttons", "action_id": ActionId.OPTION, "options": options}
    return modal(
        CallbackId.CHOOSE,
        "Choose an option",
        [
            *what_blocks(request),
            *([rich_text(Part.CHOICES, [choices_list(choices)])] if is_more_to_say else []),
            input_block(Part.CHOICE, "Your choice", radios),
        ],
        metadata=metadata_of(request.id, request.revision),
        submit="Choose",
        close="Cancel",
    )


def outrun_view(refusal: DomainError, target: ClickTarget, yours: Sequence[str] = (), *, now: datetime) -> View:
    """The form that came too late: what holds now, and the typed words to copy."""
    first, *others = (mrkdwn_of(line) for line in refusal_lines(refusal, now=now, is_form=bool(yours)))
    given_back = "*What you entered was not used.* It is below if you want to copy it."
    said = "\n".join([first, *others]) + (f"\n\n{given_back}" if yours else "")
    blocks: list[Block] = [section(Part.SAID, cut(said, SECTION_TEXT))]
    if yours:
        blocks.append(rich_text(Part.YOURS, [preformatted(cut("\n".join(yours), SECTION_TEXT))]))
    title = "Already decided" if isinstance(refusal, RequestClosed) else "Not counted"
    return modal(CallbackId.OUTRUN, title, blocks, metadata=metadata_of(target.request_id, target.revision))


def what_blocks(request: ApprovalRequest) -> list[Block]:
    """The act, and who asks how risky a thing."""
    seen = without_secrets(request)
    act = rich_text(Part.WHAT, [rich_section(text_element(act_of(seen), Style.BOLD))])
    line = (Name(request.agent.name), Ours(f" · {' · '.join(risk_words(request))}"))
    return [act, context(Part.RISK, mrkdwn(mrkdwn_of(line)))]


def choices_list(choices: Sequence[Choice]) -> Block:
    """The agent's options: what each is called, what is claimed of it, what it would run."""
    items = [
        [
            text_element(one.label, Style.BOLD),
            text_element(": "),
            *rich_elements(one.consequence),
            *([text_element(" "), *rich_elements(one.runs)] if one.runs else []),
        ]
        for one in choices
    ]
    return rich_list("ordered", items)


def text_input(length: int, example: str, *, has_focus: bool = False) -> Block:
    """A field for several lines of words."""
    field: Block = {
        "type": "plain_text_input",
        "action_id": ActionId.TEXT,
        "multiline": True,
        "placeholder": plain_text(example, 150),
        "max_length": length,
    }
    return field | {"focus_on_load": True} if has_focus else field

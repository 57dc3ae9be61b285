"""The form in which a person corrects an agent, and what it becomes."""

from datetime import datetime

from bot.domain.card_text import Name, OurLine, Ours, Style, one_line
from bot.domain.directive import TEXT_LENGTH, SteerAim
from bot.domain.errors import DomainError
from bot.domain.overview import SessionOverview
from bot.domain.session import HOLDS_REQUESTS
from bot.slack.ids import ActionId, CallbackId, Part
from bot.slack.render.lines import mrkdwn_of, preformatted, rich_text
from bot.slack.render.objects import (
    SECTION_TEXT,
    VIEW_TITLE,
    Block,
    View,
    cut,
    input_block,
    modal,
    option,
    section,
)
from bot.slack.render.refusals import refusal_lines
from bot.slack.render.views import text_input
from bot.slack.sentences import FAILED
from bot.slack.session_ids import SteerForm, steer_metadata

STEER_TITLE = "Steer"
_EXAMPLE = "For example: leave the pipeline alone, only clean ci-cache."
_AIMS = {
    SteerAim.STEP: ("The step", "Right goal, wrong way. It keeps the goal and corrects the step."),
    SteerAim.GOAL: ("The goal", "Wrong aim. It drops the plan and starts from your words."),
}


def steer_view(overview: SessionOverview, form: SteerForm) -> View:
    """Asks what is wrong and what the agent should do instead."""
    options = [option(text, aim, description) for aim, (text, description) in _AIMS.items()]
    aims = {"type": "radio_buttons", "action_id": ActionId.AIM, "options": options, "initial_option": options[0]}
    words = text_input(TEXT_LENGTH, _EXAMPLE, has_focus=True)
    title = f"{STEER_TITLE} {one_line(overview.agent.name)}"
    return modal(
        CallbackId.STEER,
        title if len(title) <= VIEW_TITLE else STEER_TITLE,
        [
            section(Part.WHAT, mrkdwn_of(_when(overview))),
            input_block(Part.AIM, "What is wrong?", aims),
            input_block(Part.WORDS, "What should it do instead?", words, hint=f"At most {TEXT_LENGTH} characters."),
        ],
        metadata=steer_metadata(form),
        submit="Send",
        close="Cancel",
    )


def steer_loading_view(form: SteerForm, title: str = STEER_TITLE) -> View:
    """Opened at once, filled a moment later."""
    return modal(
        CallbackId.LOADING,
        title,
        [section(Part.WAIT, "One moment, looking at what the agent does…")],
        metadata=steer_metadata(form),
    )


def steer_refused_view(refusal: DomainError, form: SteerForm, yours: str = "", *, now: datetime) -> View:
    """The form whose words were not sent: why, and the words to copy."""
    lines = refusal_lines(refusal, now=now, nothing=Ours(" Nothing was sent."))
    first, *others = (mrkdwn_of(line) for line in lines)
    return _given_back("Not sent", "\n".join([first, *others]), form, yours)


def too_long_words(words: str) -> str:
    """How much there is, and how much fits."""
    return f"That is {len(words)} characters, {TEXT_LENGTH} fit."


def steer_failed_view(form: SteerForm, yours: str = "") -> View:
    """What the form becomes when something broke on our side."""
    return _given_back("Not certain", FAILED["text"], form, yours)


def steer_sent_view(form: SteerForm) -> View:
    """What the form becomes whose words took longer than Slack waits."""
    said = "Your words were sent, it only took longer than usual. The card follows them."
    return _given_back("Sent", said, form, "")


def _when(overview: SessionOverview) -> OurLine:
    """When the agent gets it."""
    name, session = Name(overview.agent.name, Style.BOLD), overview.session
    if session.state in HOLDS_REQUESTS:
        return (name, Ours(f" is {session.state}. It gets this now, and goes on when someone resumes it."))
    return (name, Ours(f" is {session.state}. It gets this at its next step."))


def _given_back(title: str, said: str, form: SteerForm, yours: str) -> View:
    blocks: list[Block] = [section(Part.SAID, cut(said, SECTION_TEXT))]
    if yours:
        blocks.append(rich_text(Part.YOURS, [preformatted(cut(yours, SECTION_TEXT))]))
    return modal(CallbackId.OUTRUN, title, blocks, metadata=steer_metadata(form))

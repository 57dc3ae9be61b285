"""A session's card as a Slack message: in full, shortened where Slack would refuse it, or as plain text."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.card_text import text_of
from bot.domain.overview import SessionOverview
from bot.domain.session import SessionState
from bot.domain.session_card import SessionCard, SessionControl, SessionMark, session_card_of
from bot.slack.ids import CallbackId, Part, block_id
from bot.slack.render.card import WARNING, facts_section, in_rows
from bot.slack.render.lines import mrkdwn_of, rich_elements, rich_section, rich_text
from bot.slack.render.objects import (
    TEXT_IN_MESSAGE,
    Block,
    Message,
    View,
    actions,
    button,
    confirm_dialog,
    context,
    header,
    message,
    modal,
    mrkdwn,
    section,
    text_length,
)
from bot.slack.session_ids import AgentVerb, SessionTarget, SteerForm, session_action_id, session_value, steer_metadata

SESSION_EMOJI = {
    SessionMark.FINE: ":large_green_circle:",
    SessionMark.WAITS: ":large_blue_circle:",
    SessionMark.PAUSED: ":double_vertical_bar:",
    SessionMark.STOPPING: ":black_square_for_stop:",
    SessionMark.ENDED: ":white_circle:",
    SessionMark.NEEDS_A_LOOK: ":large_orange_circle:",
}
SESSION_TITLE = "Session"
_FACT, _SHORT_FACT = 320, 100
_LINES_WHEN_SHORT = 1

_BUTTONS = {
    SessionControl.RESUME: (AgentVerb.RESUME, "Resume"),
    SessionControl.STEER: (AgentVerb.STEER, "Steer…"),
    SessionControl.PAUSE: (AgentVerb.PAUSE, "Pause"),
    SessionControl.STOP: (AgentVerb.STOP, "Stop…"),
}


def session_message(card: SessionCard, *, card_version: int) -> Message:
    """The card with everything on it; shortened by itself where it would be too long for Slack."""
    whole = _message(_Drawing(card, card_version, fact=_FACT, lines=len(card.directives)))
    if text_length(whole["blocks"]) <= TEXT_IN_MESSAGE:
        return whole
    return shortened_session_message(card, card_version=card_version)


def shortened_session_message(card: SessionCard, *, card_version: int) -> Message:
    """The same with less of other people's words and only the newest directive. State, warnings and buttons stay."""
    return _message(_Drawing(card, card_version, fact=_SHORT_FACT, lines=_LINES_WHEN_SHORT))


def plain_session_message(card: SessionCard) -> Message:
    """The last resort: no blocks."""
    session = "" if card.session_id in card.text else f" · {card.session_id}"
    return message(f"{card.text}{session}")


def shown_message(overview: SessionOverview, *, now: datetime) -> Message:
    """The card as it is now, for one person who asked to see it."""
    return session_message(session_card_of(overview, now=now), card_version=0)


def session_view(overview: SessionOverview, /, *, now: datetime) -> View:
    """The same in a form of its own, for App Home."""
    metadata = steer_metadata(SteerForm(session_id=overview.session.id))
    return modal(CallbackId.SESSION, SESSION_TITLE, shown_message(overview, now=now)["blocks"], metadata=metadata)


@dataclass(frozen=True, slots=True)
class _Drawing:
    card: SessionCard
    version: int
    fact: int  # how much of other people's words is shown
    lines: int  # and how many directives

    def id(self, part: str) -> str:
        return block_id(self.card.session_id, self.version, part)

    def note(self) -> list[Block]:
        rows = [rich_elements(line) for line in self.card.note]
        return [rich_text(self.id(Part.SAID), [rich_section(*in_rows(rows))])]

    def whole(self) -> list[Block]:
        card = self.card
        facts = [rich_text(self.id(Part.BODY), [facts_section(card.facts, self.fact)])] if card.facts else []
        return [
            header(self.id(Part.TITLE), card.header),
            section(self.id(Part.STATE), f"{SESSION_EMOJI[card.mark]} {mrkdwn_of(card.line)}"),
            *self.warnings(),
            *self.directives(),
            *facts,
            *self.controls(),
            context(self.id(Part.FOOT), mrkdwn(mrkdwn_of(card.foot))),
        ]

    def warnings(self) -> list[Block]:
        lines = [f"{WARNING} {mrkdwn_of(line)}" for line in self.card.warning]
        return [section(self.id(Part.WARNING), "\n".join(lines))] if lines else []

    def directives(self) -> list[Block]:
        lines = [mrkdwn_of(line) for line in self.card.directives[: self.lines]]
        return [context(self.id(Part.DIRECTIVE), mrkdwn("\n".join(lines)))] if lines else []

    def controls(self) -> list[Block]:
        buttons = [self.button(control) for control in self.card.controls]
        return [actions(self.id(Part.STEER), *buttons)] if buttons else []

    def button(self, control: SessionControl) -> Block:
        verb, text = _BUTTONS[control]
        asked = self.card.stop_confirmation if control is SessionControl.STOP else None
        return button(
            session_action_id(verb),
            text,
            value=session_value(SessionTarget(session_id=self.card.session_id)),
            label=f"{verb.value.capitalize()} {self.card.agent.name}",
            confirm=confirm_dialog(asked.title, asked.text, yes="Stop it", no="Go back") if asked else None,
            is_primary=control is SessionControl.RESUME and self.card.state is SessionState.PAUSED,
        )


def _message(drawing: _Drawing) -> Message:
    card = drawing.card
    if card.note:
        return message(card.text, drawing.note())
    return message(text_of(card.summary), drawing.whole())

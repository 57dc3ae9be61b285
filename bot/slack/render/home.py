"""App Home: what waits for me, my agents, me."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.absence import Absence
from bot.domain.card_text import Ours, Style
from bot.domain.errors import DomainError
from bot.domain.inbox import row_of
from bot.domain.overview import SessionOverview
from bot.domain.people import ReviewerRef
from bot.services.inbox import InboxPage
from bot.slack.ids import ActionId, CallbackId
from bot.slack.render.agents import agent_blocks
from bot.slack.render.away import away_line
from bot.slack.render.inbox import row_blocks, top_line
from bot.slack.render.lines import mrkdwn_of, preformatted, rich_elements, rich_section, rich_text
from bot.slack.render.objects import (
    Block,
    View,
    actions,
    button,
    confirm_dialog,
    context,
    divider,
    header,
    modal,
    mrkdwn,
    section,
)
from bot.slack.render.refusals import refusal_lines
from bot.slack.session_ids import AgentVerb

MOST_AGENTS = 8
"""With twenty requests of three blocks each, a Home stays below Slack's 100."""
_TITLE = "Your token"
_NOTE = (
    "SAYSO_URL is the address of this server. Whoever has the token can decide in your name; "
    "tell an operator when it is lost."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Everything one person's Home shows. `is_first` is false further down the inbox."""

    inbox: InboxPage
    is_first: bool
    agents: Sequence[SessionOverview]
    absence: Absence | None
    backup: ReviewerRef | None
    now: datetime


def home_view(home: Home) -> View:
    return _view([*_inbox(home), *_agents(home), *_me(home)])


def refused_home_view(refusal: DomainError, *, now: datetime) -> View:
    """Why there is nothing to see here."""
    lines = [mrkdwn_of(line) for line in refusal_lines(refusal, now=now, nothing=Ours(""))]
    return _view([section("home:said", "\n".join(lines))])


def token_waiting_view() -> View:
    return modal(CallbackId.TERMINAL, _TITLE, [section("token", "One moment…")], metadata="{}")


def token_refused_view(refusal: DomainError, *, now: datetime) -> View:
    lines = [mrkdwn_of(line) for line in refusal_lines(refusal, now=now)]
    return modal(CallbackId.TERMINAL, _TITLE, [section("token", "\n".join(lines))], metadata="{}")


def token_view(token: str) -> View:
    """A new token, shown once."""
    lines = [
        rich_section(
            *rich_elements((Ours("Your token for the terminal. It is shown only here and only now.", Style.BOLD),))
        ),
        preformatted(f"export SAYSO_TOKEN={token}\nsayso review"),
        rich_section(*rich_elements((Ours(_NOTE),))),
    ]
    return modal(CallbackId.TERMINAL, _TITLE, [rich_text("token", lines)], metadata="{}")


def _view(blocks: list[Block]) -> View:
    return {"type": "home", "callback_id": "home", "blocks": blocks}


def _inbox(home: Home) -> list[Block]:
    items = home.inbox.items
    first_due_at = items[0].due_at if items and home.is_first else None
    blocks = [section("home:title", mrkdwn_of(top_line(home.inbox.total, first_due_at, home.now)))]
    for place, request in enumerate(items, 1):
        blocks += [divider(f"home:line{place}"), *row_blocks(row_of(request, home.now), f"home:{place}")]
    turning = _turning(home)
    return [*blocks, *([actions("home:pages", *turning)] if turning else [])]


def _turning(home: Home) -> list[Block]:
    found: list[Block] = []
    if not home.is_first:
        found.append(
            button(f"{ActionId.HOME_PAGE}_first", "Back to the first", value="first", label="Back to the first")
        )
    if home.inbox.next is not None:
        found.append(
            button(f"{ActionId.HOME_PAGE}_next", "Show the next", value=home.inbox.next, label="Show the next requests")
        )
    return found


def _agents(home: Home) -> list[Block]:
    if not home.agents:
        return []
    shown = home.agents[:MOST_AGENTS]
    rows = [
        block for place, one in enumerate(shown, 1) for block in agent_blocks(one, place, AgentVerb.SHOW, now=home.now)
    ]
    more = len(home.agents) - len(shown)
    rest = [context("home:agents:more", mrkdwn(f"{more} more · `/agent list` shows all"))] if more else []
    return [divider("home:agents:line"), header("home:agents", "My agents"), *rows, *rest]


def _me(home: Home) -> list[Block]:
    return [
        divider("home:me:line"),
        header("home:me", "Me"),
        _availability(home),
        section(
            "home:token",
            "*Terminal:* with a token, you decide by `sayso review`, even while Slack is down.",
            button(
                ActionId.TERMINAL,
                "Get a token…",
                value="token",
                label="Get a token for the terminal",
                confirm=confirm_dialog(
                    "Get a token?",
                    "It is shown once. Whoever has it can decide in your name; the tokens you have stay as they are.",
                    yes="Show it",
                    no="Go back",
                    is_danger=False,
                ),
            ),
        ),
        context("home:foot", mrkdwn(f"As of {_clock(home.now)}")),
    ]


def _availability(home: Home) -> Block:
    if home.absence is not None and home.backup is not None:
        line = away_line(home.backup, home.absence.until, home.now)
        return section("home:away", mrkdwn_of(line), button(ActionId.BACK, "I am back", value="me", label="I am back"))
    away = button(ActionId.AWAY_OPEN, "Set away…", value="me", label="Set away")
    return section("home:away", "*You are available.*", away)


def _clock(now: datetime) -> str:
    return f"<!date^{int(now.timestamp())}^{{time}}|{now:%H:%M} UTC>"


def said_of(view: View) -> str:
    """All words of a Home but for the time it was made, to know whether it has changed."""
    return repr([block for block in view["blocks"] if block.get("block_id") != "home:foot"])

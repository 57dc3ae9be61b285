"""The agents that run, a line each: `/agent list`, and the runs among which a person has to choose."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.card_ask import DOT, asked_now
from bot.domain.card_directive import is_unanswered
from bot.domain.card_text import Mention, Name, OurLine, Ours, Style, mentions_of, one_line, shortened, text_of
from bot.domain.directive import DirectiveKind
from bot.domain.overview import SessionOverview
from bot.domain.session import SessionState
from bot.domain.session_card import SessionCard, session_card_of
from bot.slack.ids import Part
from bot.slack.render.lines import mrkdwn_of
from bot.slack.render.objects import Block, Message, button, context, message, mrkdwn, plain_text, section
from bot.slack.render.session import SESSION_EMOJI
from bot.slack.session_ids import AgentVerb, SessionTarget, session_action_id, session_value

MOST_ROWS = 20  # each is two blocks, and Slack takes 50 a message
GOAL, GOAL_LENGTH = "Goal", 150
_FOOT = "`/agent pause NAME` to pause one · `/agent help` for the rest"
_FOOT_IDLE = "A run is listed from its start to its end · `/agent help` for what you can say"


def list_message(overviews: Sequence[SessionOverview], *, total: int, now: datetime) -> Message:
    """Who is running, what each does and whom it waits for. `total` counts those too that are not shown."""
    top = _top(overviews, total)
    if not overviews:
        return message(f"{top}.", [section(_id(Part.TITLE), f"*{top}.*"), context(_id(Part.FOOT), mrkdwn(_FOOT_IDLE))])
    shown = overviews[:MOST_ROWS]
    rows = [block for place, one in enumerate(shown, 1) for block in agent_blocks(one, place, AgentVerb.SHOW, now=now)]
    more = f"{total - len(shown)} more are not shown here · " if total > len(shown) else ""
    blocks = [section(_id(Part.TITLE), f"*{top}*"), *rows, context(_id(Part.FOOT), mrkdwn(f"{more}{_FOOT}"))]
    lines = [f"{text_of(agent_line(one, now=now)).replace(' · ', ': ', 1).replace(' · ', ', ')}." for one in shown]
    return message(" ".join([f"{top}.", *lines]), blocks)


def agent_blocks(
    overview: SessionOverview,
    place: int,
    verb: AgentVerb,
    *,
    now: datetime,
    words: str = "",
    confirm: Block | None = None,
) -> list[Block]:
    """One run with a button for it, and its goal."""
    name, label = overview.agent.name, verb.value.capitalize()
    press = button(
        session_action_id(verb, None if verb is AgentVerb.SHOW else place),
        label,
        value=session_value(SessionTarget(session_id=overview.session.id, words=words)),
        label=f"{label} {name}",
        confirm=confirm,
    )
    card = session_card_of(overview, now=now)
    line = f"{SESSION_EMOJI[card.mark]} {mrkdwn_of(agent_line(overview, now=now))}"
    row = section(f"agent:{place}:{Part.STATE}", line, press)
    goal = goal_in(card)
    if not goal:
        return [row]
    return [row, context(f"agent:{place}:{Part.BODY}", plain_text(shortened(goal, GOAL_LENGTH), GOAL_LENGTH))]


def agent_line(overview: SessionOverview, *, now: datetime) -> OurLine:
    """One run: its state, how long it runs, whom it waits for."""
    name: OurLine = (Name(overview.agent.name, Style.BOLD), DOT)
    if overview.asks_first:
        return (*name, Ours("waits for "), *_asked(overview), Ours(" before it starts"))
    since = Ours(duration(now - overview.session.started_at))
    return (*name, *_state(overview), DOT, since, *_waits(overview))


def goal_in(card: SessionCard) -> str:
    """The goal in one line, without what policy masks; empty where none is known."""
    return one_line(next((text_of(fact.text) for fact in card.facts if fact.label == GOAL), ""))


def duration(much: timedelta) -> str:
    """How long, in the largest unit that tells enough."""
    minutes = max(int(much.total_seconds()) // 60, 0)
    if minutes < 60:
        return f"{minutes} min" if minutes else "just started"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days = hours // 24
    return f"{days} day{'' if days == 1 else 's'}"


def _state(overview: SessionOverview) -> OurLine:
    session = overview.session
    match session.state:
        case SessionState.PAUSED:
            pause = overview.newest(DirectiveKind.PAUSE)
            if pause is not None and pause.finished_at == session.state_since:
                return (Ours("paused by "), Mention(pause.issued_by))
            why = one_line(session.state_reason or "")
            return (Ours("paused, "), Name(why)) if why else (Ours("paused"),)
        case SessionState.RUNNING if _is_unanswered(overview):
            return (Ours("needs a look: does not answer"),)
        case _:
            return (Ours(session.state.value),)


def _waits(overview: SessionOverview) -> OurLine:
    if overview.session.is_over:
        return ()
    held, count = overview.held_count, overview.pending_count - overview.held_count
    line: OurLine = (Ours(f" · {_requests(held)} held until it resumes"),) if held else ()
    if not count:
        return line
    verb = "waits" if count == 1 else "wait"
    return (Ours(f" · {_requests(count)} {verb} for "), *_asked(overview), *line)


def _requests(count: int) -> str:
    return "1 request" if count == 1 else f"{count} requests"


def _asked(overview: SessionOverview) -> OurLine:
    people = mentions_of(person for request in overview.pending for person in asked_now(request))
    return people or (Ours("somebody"),)


def _is_unanswered(overview: SessionOverview) -> bool:
    return any(is_unanswered(one) for one in overview.directives)


def _top(overviews: Sequence[SessionOverview], total: int) -> str:
    runs, agents = len(overviews), len({one.agent.id for one in overviews})
    if not runs:
        return "No agent is running"
    if total > runs:
        return f"{total} runs of agents"
    if agents < runs:
        return f"{runs} runs of {agents} agent{'' if agents == 1 else 's'}"
    return "1 agent is running" if runs == 1 else f"{runs} agents are running"


def _id(part: Part) -> str:
    return f"agents:{part}"

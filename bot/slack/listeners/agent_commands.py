"""`/agent`: a person says a verb, a name and words. Whom a name means is asked back where it is not certain."""

from collections.abc import Mapping

from bot.domain.directive import TEXT_LENGTH, DirectiveKind, Once, SteerAim
from bot.domain.errors import SessionRefuses
from bot.domain.overview import SessionOverview
from bot.services.overview import Near, Nobody, One, Several
from bot.slack.commands import CommandHandler, Said
from bot.slack.desk import Desk
from bot.slack.forms import FormNotShown
from bot.slack.listeners.digests import on_digest
from bot.slack.payloads import Command
from bot.slack.render.agent_answers import (
    MOST_PICKS,
    done_message,
    near_message,
    nobody_message,
    sent_message,
    stop_question,
    too_long_message,
    which_message,
)
from bot.slack.render.agents import MOST_ROWS, list_message
from bot.slack.render.objects import Message
from bot.slack.render.session import shown_message
from bot.slack.render.steer import steer_view
from bot.slack.sentences import FORM_NOT_SHOWN
from bot.slack.session_ids import AgentVerb, SessionTarget, SteerForm

_AROUND_A_NAME = "“”„‘’\"'`@"
"""What phones put around a word, and what people put before a name."""


async def on_list(desk: Desk, command: Command) -> Said | None:
    running = await desk.services.sessions.look.running(by=command.by, limit=MOST_ROWS)
    return Said(message=list_message(running.overviews, total=running.total, now=desk.now()))


async def on_show(desk: Desk, command: Command) -> Said | None:
    found = await _found(desk, command, AgentVerb.SHOW)
    return Said(message=shown_message(found, now=desk.now()) if isinstance(found, SessionOverview) else found)


async def on_pause(desk: Desk, command: Command) -> Said | None:
    return await _told(desk, command, AgentVerb.PAUSE)


async def on_resume(desk: Desk, command: Command) -> Said | None:
    return await _told(desk, command, AgentVerb.RESUME)


async def on_stop(desk: Desk, command: Command) -> Said | None:
    """Asked back before it is done: a run that was stopped cannot be resumed."""
    found = await _found(desk, command, AgentVerb.STOP)
    if not isinstance(found, SessionOverview):
        return Said(message=found)
    _check_hears(found, DirectiveKind.STOP)
    return Said(message=stop_question(found, reason=_words(command)))


async def on_steer(desk: Desk, command: Command) -> Said | None:
    """A correction of the step, until its person says that it is about the goal; without words a form asks for them."""
    words, found = _words(command), await _found(desk, command, AgentVerb.STEER)
    if not isinstance(found, SessionOverview):
        return Said(message=found)
    target = SessionTarget(session_id=found.session.id, words=words)
    if not words:
        return await _asked_for_words(desk, command, found)
    issue = desk.services.sessions.issue
    once = Once(command.once)
    await issue(target.session_id, DirectiveKind.STEER, by=command.by, text=words, aim=SteerAim.STEP, once=once)
    return Said(message=sent_message(found.agent.name, target, SteerAim.STEP))


HANDLERS: Mapping[str, CommandHandler] = {
    "list": on_list,
    AgentVerb.SHOW: on_show,
    AgentVerb.PAUSE: on_pause,
    AgentVerb.RESUME: on_resume,
    AgentVerb.STOP: on_stop,
    AgentVerb.STEER: on_steer,
    "digest": on_digest,
}


async def _told(desk: Desk, command: Command, verb: AgentVerb) -> Said:
    """Words after the name are the reason."""
    found = await _found(desk, command, verb)
    if not isinstance(found, SessionOverview):
        return Said(message=found)
    kind, once = DirectiveKind(verb.value), Once(command.once)
    await desk.services.sessions.issue(found.session.id, kind, by=command.by, text=_words(command) or None, once=once)
    channel = await desk.services.sessions.look.card_channel(found.session.id)
    elsewhere = channel if channel != command.channel else None
    return Said(message=done_message(verb, found.agent.name, elsewhere))


async def _found(desk: Desk, command: Command, verb: AgentVerb) -> SessionOverview | Message:
    """The one session that is meant, or what is asked back instead."""
    name, words, look = _name(command), _words(command), desk.services.sessions.look
    if len(words) > TEXT_LENGTH:
        return too_long_message(verb, words)
    if not name:
        running = await look.running(by=command.by, limit=MOST_PICKS)
        if not running.overviews:
            return nobody_message(verb, "", ())
        return which_message(verb, "", running.overviews, count=running.total, now=desk.now())
    match await look.meant(name, by=command.by):
        case One(overview=overview):
            return overview
        case Several(overviews=overviews, count=count):
            return which_message(verb, name, overviews, count=count, words=words, now=desk.now())
        case Near(overviews=overviews):
            return near_message(verb, name, overviews, words=words)
        case Nobody():
            running = await look.running(by=command.by, limit=MOST_ROWS)
            return nobody_message(verb, name, running.overviews)


async def _asked_for_words(desk: Desk, command: Command, found: SessionOverview) -> Said | None:
    overview = await desk.services.sessions.look.one(found.session.id, by=command.by, to=DirectiveKind.STEER)
    _check_hears(overview, DirectiveKind.STEER)
    form = SteerForm(session_id=overview.session.id, channel=command.channel)
    try:
        await desk.forms.open(command.trigger_id, steer_view(overview, form))
    except FormNotShown as problem:
        desk.telemetry.log("form_not_shown", problem=str(problem))
        return Said(message=FORM_NOT_SHOWN)
    return None


def _check_hears(overview: SessionOverview, kind: DirectiveKind) -> None:
    """Raises SessionRefuses where nobody would hear it any more, before the person is asked anything."""
    session = overview.session
    if session.is_over:
        raise SessionRefuses(session.id, overview.agent.name, session.state, kind)


def _name(command: Command) -> str:
    return _parts(command)[0].strip(_AROUND_A_NAME)


def _words(command: Command) -> str:
    return _parts(command)[1].strip()


def _parts(command: Command) -> tuple[str, str]:
    name, *words = command.words.split(maxsplit=1) or [""]
    return name, words[0] if words else ""

"""An agent that does not answer hears it again, then people hear of it; and the session's card follows."""

from datetime import datetime, timedelta

import pytest

from bot.domain.card_text import Mention, text_of
from bot.domain.directive import DirectiveKind, DirectiveState
from bot.domain.notice import NoticeKind
from bot.domain.people import Agent
from bot.domain.session import Session
from bot.domain.session_card import SessionCard, SessionMark
from bot.services.fire_directives import TRY_BROKEN_AGAIN
from bot.services.work import Work
from tests.support.policies import EVE, OWEN, SECURITY, TEAM
from tests.support.recording import Message
from tests.world import World

PAUSE, RESUME, STOP, STEER = DirectiveKind.PAUSE, DirectiveKind.RESUME, DirectiveKind.STOP, DirectiveKind.STEER
AT = {"10 s": 10, "30 s": 20, "60 s": 30, "90 s": 30}
"""Until when, and how much later that is than the one before."""


@pytest.fixture
async def session(world: World, agent: Agent) -> Session:
    return await world.start_session(agent, goal="free disk space", environment=None)


async def pass_time(world: World, seconds: float) -> datetime | None:
    world.clock.advance(timedelta(seconds=seconds))
    return await world.fire_directives()


async def queued(world: World, agent: Agent, after: int = 0) -> list[tuple[int, str | None]]:
    entries = await world.callbacks(agent, after=after, wait=timedelta(), limit=99)
    return [(entry.cursor, entry.directive_id) for entry, _ in entries]


def cards(world: World) -> list[Message]:
    return [message for message in world.chat.messages if kind_of(message) is NoticeKind.SESSION_CARD]


def notes(world: World) -> list[Message]:
    return [message for message in world.chat.messages if kind_of(message) is NoticeKind.DIRECTIVE_UNANSWERED]


def kind_of(message: Message) -> NoticeKind | None:
    return message.content.kind if isinstance(message.content, SessionCard) else None


def shown(message: Message) -> SessionCard:
    assert isinstance(message.content, SessionCard)
    return message.content


async def test_it_is_sent_again_at_10_30_and_60_seconds_and_people_are_told_at_90(
    world: World, agent: Agent, session: Session
):
    stop = await world.direct(session.id, STOP, by=EVE)
    start = world.clock()
    [(cursor, _)] = await queued(world, agent)
    due_at: datetime | None = start + timedelta(seconds=10)
    for tries, seconds in enumerate((10, 30, 60), 2):
        assert due_at is not None
        assert due_at == start + timedelta(seconds=seconds)
        world.clock.now = due_at - timedelta(milliseconds=1)
        await world.fire_directives()
        assert (await world.directive(stop.id)).tries == tries - 1
        await world.record_handed(agent, [stop.id])
        world.clock.now = due_at
        due_at = await world.fire_directives()
        again = await world.directive(stop.id)
        assert (again.tries, again.is_handed, again.state) == (tries, False, DirectiveState.DELIVERED)
        assert [one for _, one in await queued(world, agent, after=cursor)] == [stop.id], "a reader who is past it"
        assert len(await queued(world, agent)) == 1
    assert due_at == start + timedelta(seconds=90)
    world.clock.now = start + timedelta(seconds=90)
    assert await world.fire_directives() is None
    assert (await world.directive(stop.id)).is_unanswered
    entries = await world.store.read(lambda work: work.audit.of_session(session.id))
    events = [entry.event.removeprefix("directive_") for entry in entries if entry.event.startswith("directive_")]
    assert events.count("retried") == 3
    assert events[-1] == "unanswered"


async def test_people_are_told_once_below_the_card(world: World, agent: Agent, session: Session):
    await world.direct(session.id, PAUSE, by=EVE)
    await world.show()
    for seconds in AT.values():
        await pass_time(world, seconds)
        await world.show()
    await pass_time(world, 3600)
    await world.show()
    [card], [note] = cards(world), notes(world)
    assert note.below == card.ref
    mentioned = [part.who.id for line in shown(note).note for part in line if isinstance(part, Mention)]
    assert mentioned == [EVE.id, agent.owner_slack_user_id]
    assert shown(note).text.startswith("Eve, its owner: tidy does not answer. It was told to pause 4 times since 12:00")
    assert shown(card).mark is SessionMark.NEEDS_A_LOOK
    assert [text_of(line) for line in shown(card).warning] == [
        "tidy does not answer. It was told to pause 4 times since 12:00 UTC. It may still be at work."
    ]


async def test_an_agent_that_answers_late_is_no_longer_reported(world: World, agent: Agent, session: Session):
    pause = await world.direct(session.id, PAUSE, by=EVE)
    for seconds in AT.values():
        await pass_time(world, seconds)
    await world.obey(agent, pause.id, state="acknowledged", answer=None)
    await world.show()
    assert notes(world) == [], "nobody has heard of it, and it is not so any more"
    assert shown(cards(world)[0]).warning == ()
    assert await pass_time(world, 3600) is None


async def test_each_try_has_its_time_also_after_we_were_away(world: World, agent: Agent, session: Session):
    pause = await world.direct(session.id, PAUSE, by=EVE)
    await pass_time(world, 3600)
    again = await world.directive(pause.id)
    assert (again.tries, again.is_unanswered) == (2, False)
    assert again.due_at == world.clock() + timedelta(seconds=20)


async def test_an_acknowledged_one_is_not_sent_again(world: World, agent: Agent, session: Session):
    pause = await world.direct(session.id, PAUSE, by=EVE)
    await world.obey(agent, pause.id, state="acknowledged", answer=None)
    assert await pass_time(world, 3600) is None
    assert (await world.directive(pause.id)).tries == 1


async def test_one_that_failed_is_told_with_its_agents_words(world: World, agent: Agent, session: Session):
    steer = await world.direct(session.id, STEER, by=OWEN, text="only ci-cache")
    await world.obey(agent, steer.id, state="failed", answer="I can't")
    await world.show()
    [note] = notes(world)
    assert shown(note).text == "Owen: tidy could not change its course.\ntidy says: I can't"


async def test_the_card_stands_where_the_session_asked_last_and_follows_it(
    world: World, agent: Agent, session: Session
):
    await world.ask(agent, session_id=session.id)
    await world.ask(agent, "secure_rotate", session_id=session.id)
    await world.show()
    assert cards(world) == []
    pause = await world.direct(session.id, PAUSE, by=EVE)
    await world.show()
    [card] = cards(world)
    assert card.target == SECURITY
    headers = [shown(card).header]
    await world.obey(agent, pause.id, state="done", answer=None)
    await world.show()
    headers.append(shown(card).header)
    await world.direct(session.id, RESUME, by=OWEN)
    await world.show()
    headers.append(shown(card).header)
    await world.direct(session.id, STOP, by=OWEN)
    await world.show()
    headers.append(shown(card).header)
    await world.end_session(agent, session.id)
    await world.show()
    headers.append(shown(card).header)
    assert headers == ["tidy is pausing", "tidy is paused", "tidy is running", "tidy is stopping", "tidy has ended"]
    assert len(cards(world)) == 1


async def test_a_session_that_never_asked_has_its_card_where_the_policy_is_at_home(world: World, session: Session):
    await world.direct(session.id, PAUSE, by=EVE)
    await world.show()
    assert [card.target for card in cards(world)] == [TEAM]


async def test_a_card_that_was_deleted_is_posted_anew_while_the_session_lives(
    world: World, agent: Agent, session: Session
):
    pause = await world.direct(session.id, PAUSE, by=EVE)
    await world.show()
    world.chat.messages.clear()
    await world.obey(agent, pause.id, state="done", answer=None)
    await world.show()
    assert [shown(card).header for card in cards(world)] == ["tidy is paused"]


async def test_without_a_card_those_concerned_are_told_directly(world: World, agent: Agent, session: Session):
    world.chat.refused.add(TEAM)
    stop = await world.direct(session.id, STOP, by=EVE)
    await world.show()
    for seconds in AT.values():
        await pass_time(world, seconds)
        await world.show()
    assert {note.target for note in notes(world)} == {EVE.id, agent.owner_slack_user_id}
    assert len(notes(world)) == 2
    assert (await world.directive(stop.id)).is_unanswered


async def test_an_expiry_shows_on_the_session_card(world: World, agent: Agent, session: Session):
    await world.direct(session.id, STEER, by=OWEN, text="only ci-cache")
    request = await world.ask(agent, session_id=session.id)
    await world.show()
    for _ in range(2):
        await world.pass_time(timedelta(hours=2))
    await world.show()
    card = shown(cards(world)[0])
    assert card.header == "tidy is paused"
    assert text_of(card.line).startswith(f"Paused at 16:00 UTC: nobody answered {request.id}")
    [expired] = [one for one in world.chat.in_channel(TEAM) if one.marker.startswith(f"{request.id}:card")]
    assert "is paused" in expired.card.text
    await world.direct(session.id, RESUME, by=OWEN)
    await world.show()
    assert "was paused and runs again" in expired.card.text


async def test_one_that_cannot_be_moved_does_not_hold_up_the_others(world: World, agent: Agent, session: Session):
    first = await world.direct(session.id, STEER, by=OWEN, text="one")
    second = await world.direct(session.id, STEER, by=OWEN, text="two")

    def spoil(work: Work) -> None:
        work.directives.get(first.id)
        statement = f"UPDATE directives SET issued_by = 'spoilt' WHERE id = '{first.id}'"
        work.audit._connection.exec_driver_sql(statement)  # type: ignore[attr-defined]

    await world.store.run(spoil)
    again_at = await pass_time(world, 10)
    assert again_at == world.clock() + TRY_BROKEN_AGAIN, "not at once"
    assert (await world.directive(second.id)).tries == 2
    assert [event for event, _ in world.telemetry.logged] == ["directive_broken"]

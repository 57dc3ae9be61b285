"""What people say to a session takes hold at once, reaches its agent, and is followed to its end."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.directive import Directive, DirectiveKind, DirectiveState, SteerAim
from bot.domain.errors import (
    InvalidField,
    NotAMember,
    NotEntitled,
    NotFound,
    SessionOver,
    SessionRefuses,
    TransitionRefused,
)
from bot.domain.people import Agent, Person, Standing
from bot.domain.request import ApprovalRequest
from bot.domain.session import Session, SessionState
from bot.domain.vote import Control, Verdict
from bot.store.waiters import LocalWaiters
from tests.support.policies import ANA, EVE, OWEN
from tests.world import World

NOT_AT_ALL, LONG = timedelta(), timedelta(seconds=30)
PAUSE, RESUME, STOP, STEER = DirectiveKind.PAUSE, DirectiveKind.RESUME, DirectiveKind.STOP, DirectiveKind.STEER


@pytest.fixture
async def session(world: World, agent: Agent) -> Session:
    return await world.start_session(agent, goal="free disk space", environment=None)


async def say(world: World, session: Session, kind: DirectiveKind, *, by: Person = OWEN, **more: object) -> Directive:
    return await world.direct(session.id, kind, by=by, **more)  # type: ignore[arg-type]


async def state_of(world: World, session: Session) -> SessionState:
    return (await world.session(session.id)).state


async def waiting(waiters: LocalWaiters, *, how_many: int = 1) -> None:
    for _ in range(1000):
        if waiters.waiting >= how_many:
            return
        await asyncio.sleep(0.001)
    raise AssertionError("nobody waits")


async def queue(world: World, agent: Agent, *, after: int = 0) -> list[str | None]:
    entries = await world.callbacks(agent, after=after, wait=NOT_AT_ALL, limit=99)
    return [entry.directive_id for entry, _ in entries]


async def test_a_pause_holds_at_once_and_ends_when_its_agent_has_obeyed(world: World, agent: Agent, session: Session):
    pause = await say(world, session, PAUSE, by=EVE, text="wait for the snapshot team")
    assert (pause.state, pause.issued_by, pause.text) == (DirectiveState.ISSUED, EVE, "wait for the snapshot team")
    assert await state_of(world, session) is SessionState.PAUSING
    await world.obey(agent, pause.id, state="acknowledged", answer=None)
    assert await state_of(world, session) is SessionState.PAUSING
    done = await world.obey(agent, pause.id, state="done", answer="at file 19")
    assert (done.state, done.answer) == (DirectiveState.DONE, "at file 19")
    paused = await world.session(session.id)
    assert (paused.state, paused.state_reason) == (SessionState.PAUSED, "Eve paused it")


async def test_what_is_asked_meanwhile_waits_for_the_resume(world: World, agent: Agent, session: Session):
    before = await world.ask(agent, session_id=session.id)
    pause = await say(world, session, PAUSE)
    pausing = await world.ask(agent, session_id=session.id)
    await world.obey(agent, pause.id, state="done", answer=None)
    paused = await world.ask(agent, session_id=session.id)
    assert [(one.due_at is None, one.expires_at is None) for one in (before, pausing, paused)] == [
        (False, False),
        (True, True),
        (True, True),
    ]
    await world.show()
    assert await world.notices(pausing.id) == await world.notices(paused.id) == []
    world.clock.advance(timedelta(hours=9))
    await say(world, session, RESUME)
    assert await state_of(world, session) is SessionState.RUNNING
    for held in (pausing, paused):
        started = await world.get(held.id)
        assert started.step_started_at == world.clock()
        assert started.due_at == world.clock() + started.current_step.wait
        assert [entry.event for entry in await world.audit(held.id)] == ["submitted", "started"]
        assert [notice.kind for notice in await world.notices(held.id)] == ["card"]


async def test_a_stop_leaves_no_open_request_and_ends_when_its_agent_has_obeyed(
    world: World, agent: Agent, session: Session
):
    request = await world.ask(agent, session_id=session.id)
    stop = await say(world, session, STOP, by=EVE)
    closed = await world.get(request.id)
    assert (closed.outcome, closed.decision and closed.decision.control) == ("withdrawn", Control.STOP)
    assert await state_of(world, session) is SessionState.STOPPING
    await world.obey(agent, stop.id, state="done", answer=None)
    assert await state_of(world, session) is SessionState.ENDED


async def test_a_session_that_its_agent_ends_has_stopped(world: World, agent: Agent, session: Session):
    steer = await say(world, session, STEER, text="only ci-cache")
    stop = await say(world, session, STOP)
    assert (await world.directive(steer.id)).state is DirectiveState.OVERTAKEN
    ended = await world.end_session(agent, session.id)
    assert (ended.state, ended.state_reason) == (SessionState.ENDED, "Owen stopped it")
    assert (await world.directive(stop.id)).state is DirectiveState.DONE


async def test_what_was_said_to_a_session_that_ends_by_itself_is_overtaken(
    world: World, agent: Agent, session: Session
):
    said = [await say(world, session, STEER, text="only ci-cache"), await say(world, session, PAUSE)]
    await world.end_session(agent, session.id)
    assert [(await world.directive(one.id)).state for one in said] == [DirectiveState.OVERTAKEN] * 2
    assert await world.open_directives(agent) == []
    assert await queue(world, agent) == []


async def test_pause_and_resume_overtake_each_other(world: World, agent: Agent, session: Session):
    pause = await say(world, session, PAUSE)
    resume = await say(world, session, RESUME)
    assert (await world.directive(pause.id)).state is DirectiveState.OVERTAKEN
    again = await say(world, session, PAUSE)
    assert (await world.directive(resume.id)).state is DirectiveState.OVERTAKEN
    assert [one.id for one in await world.open_directives(agent)] == [again.id]
    with pytest.raises(TransitionRefused, match="overtaken"):
        await world.obey(agent, pause.id, state="done", answer=None)
    assert await state_of(world, session) is SessionState.PAUSING


async def test_a_steer_leaves_the_session_as_it_is_and_a_second_one_counts_too(
    world: World, agent: Agent, session: Session
):
    first = await say(world, session, STEER, text=" leave the pipeline alone ")
    second = await say(world, session, STEER, text="only ci-cache", aim=SteerAim.GOAL)
    assert (first.text, first.aim, second.aim) == ("leave the pipeline alone", SteerAim.STEP, SteerAim.GOAL)
    assert await state_of(world, session) is SessionState.RUNNING
    assert [one.id for one in await world.open_directives(agent)] == [first.id, second.id]


async def test_there_is_room_only_for_what_changes_something(world: World, agent: Agent, session: Session):
    with pytest.raises(SessionRefuses) as refused:
        await say(world, session, RESUME)
    assert (refused.value.agent_name, refused.value.session_state, refused.value.kind) == ("tidy", "running", RESUME)
    pause = await say(world, session, PAUSE)
    with pytest.raises(SessionRefuses, match="pausing"):
        await say(world, session, PAUSE)
    await world.obey(agent, pause.id, state="done", answer=None)
    with pytest.raises(SessionRefuses, match="paused"):
        await say(world, session, PAUSE)
    await say(world, session, STEER, text="when you go on, only ci-cache")
    stop = await say(world, session, STOP)
    for kind, text in ((PAUSE, None), (RESUME, None), (STOP, None), (STEER, "left")):
        with pytest.raises(SessionRefuses, match="stopping"):
            await say(world, session, kind, text=text)
    await world.obey(agent, stop.id, state="done", answer=None)
    for kind, text in ((PAUSE, None), (RESUME, None), (STOP, None), (STEER, "left")):
        with pytest.raises(SessionRefuses, match="ended"):
            await say(world, session, kind, text=text)


async def test_an_agent_that_says_it_failed_does_not_free_itself(world: World, agent: Agent, session: Session):
    pause = await say(world, session, PAUSE)
    await world.obey(agent, pause.id, state="failed", answer="I am busy")
    assert await state_of(world, session) is SessionState.PAUSING
    assert (await world.ask(agent, session_id=session.id)).due_at is None
    again = await say(world, session, PAUSE)
    await world.obey(agent, again.id, state="done", answer=None)
    assert await state_of(world, session) is SessionState.PAUSED
    stop = await say(world, session, STOP)
    await world.obey(agent, stop.id, state="failed", answer=None)
    assert await state_of(world, session) is SessionState.STOPPING
    await world.obey(agent, (await say(world, session, STOP)).id, state="done", answer=None)
    assert await state_of(world, session) is SessionState.ENDED


async def test_saying_the_same_again_changes_nothing_and_something_else_is_refused(
    world: World, agent: Agent, session: Session
):
    resume = await say(world, session, PAUSE)
    first = await world.obey(agent, resume.id, state="done", answer="one")
    assert await world.obey(agent, resume.id, state="done", answer="two") == first
    for state in ("acknowledged", "failed"):
        with pytest.raises(TransitionRefused, match="done"):
            await world.obey(agent, resume.id, state=state, answer=None)


async def test_what_is_anothers_does_not_exist(world: World, agent: Agent, session: Session):
    pause = await say(world, session, PAUSE)
    other = await world.agent("other")
    with pytest.raises(NotFound):
        await world.obey(other, pause.id, state="done", answer=None)
    await world.record_handed(other, [pause.id, "dir_unknown"])
    assert await world.directive(pause.id) == pause
    assert await world.open_directives(other) == []
    with pytest.raises(NotFound):
        await world.direct("ses_unknown", PAUSE, by=OWEN)


async def test_anybody_may_pause_and_stop_and_only_owner_and_operators_let_go_on_and_steer(
    world: World, session: Session
):
    await say(world, session, PAUSE, by=EVE)
    for kind in (RESUME, STEER):
        with pytest.raises(NotEntitled, match="Owen owns it"):
            await say(world, session, kind, by=EVE, text="left")
    assert await state_of(world, session) is SessionState.PAUSING
    await say(world, session, STOP, by=EVE)


async def test_a_guest_says_nothing_to_a_session(world: World, session: Session):
    world.directory.standings[EVE.id] = Standing.GUEST
    with pytest.raises(NotAMember):
        await say(world, session, STOP, by=EVE)
    assert await state_of(world, session) is SessionState.RUNNING


@pytest.mark.parametrize(
    ("kind", "text", "aim", "field"),
    [
        (STEER, "x" * 201, None, "text"),
        (STEER, "  ", None, "text"),
        (STEER, None, None, "text"),
        (PAUSE, "x" * 201, None, "text"),
        (PAUSE, None, SteerAim.GOAL, "aim"),
        (DirectiveKind.UNDO, None, None, "kind"),
    ],
)
async def test_a_bad_word_is_not_sent(
    world: World, session: Session, kind: DirectiveKind, text: str | None, aim: SteerAim | None, field: str
):
    with pytest.raises(InvalidField, match=field):
        await say(world, session, kind, text=text, aim=aim)
    await say(world, session, STEER, text="x" * 200)


async def test_everything_about_it_is_written_down(world: World, agent: Agent, session: Session):
    pause = await say(world, session, PAUSE, by=EVE)
    await world.record_handed(agent, [pause.id])
    await world.obey(agent, pause.id, state="done", answer="yes")
    entries = await world.store.read(lambda work: work.audit.of_session(session.id))
    told = [(entry.event, entry.actor.name, entry.payload.get("directive_id")) for entry in entries]
    assert told == [
        ("session_pausing", "Eve", None),
        ("directive_issued", "Eve", pause.id),
        ("directive_delivered", "tidy", pause.id),
        ("session_paused", "tidy", None),
        ("directive_done", "tidy", pause.id),
    ]
    assert entries[-1].payload["answer"] == "yes"


async def test_whoever_waits_for_a_decision_hears_of_it_at_once(
    world: World, agent: Agent, session: Session, waiters: LocalWaiters
):
    request = await world.ask(agent, session_id=session.id)
    following = asyncio.create_task(world.follow(agent, request.id, wait=LONG))
    await waiting(waiters)
    pause = await say(world, session, PAUSE)
    followed = await following
    assert not followed.request.is_closed
    early = await world.follow(agent, request.id, wait=LONG)  # still not handed
    assert not early.request.is_closed
    await world.record_handed(agent, [pause.id])
    assert not (await world.follow(agent, request.id, wait=timedelta(milliseconds=1))).request.is_closed


async def test_whoever_waits_for_the_queue_or_the_session_is_woken(
    world: World, agent: Agent, session: Session, waiters: LocalWaiters
):
    reading = asyncio.create_task(world.callbacks(agent, after=0, wait=LONG, limit=9))
    await waiting(waiters)
    with waiters.register(f"directives:{session.id}") as waiter:
        pause = await say(world, session, PAUSE)
        assert await waiter.wait(LONG)
    [(entry, carried)] = await reading
    assert (entry.directive_id, entry.request_id, carried) == (pause.id, None, pause)
    taken, carried = await world.acknowledge_callback(agent, entry.id)
    assert taken.acknowledged_at is not None
    assert isinstance(carried, Directive)
    assert (carried.state, carried.is_handed) == (DirectiveState.DELIVERED, True)
    assert await queue(world, agent) == []


async def test_an_answer_about_one_session_hands_over_nothing_of_another(world: World, agent: Agent, session: Session):
    elsewhere = await world.start_session(agent, goal=None, environment=None)
    here, there = await say(world, session, PAUSE), await say(world, elsewhere, PAUSE)
    assert [one.id for one in await world.open_directives(agent)] == [here.id, there.id]
    await world.record_handed(agent, [here.id, there.id, here.id], session_id=session.id)
    assert [(await world.directive(one.id)).is_handed for one in (here, there)] == [True, False]


async def test_the_implicit_session_is_one_too(world: World, agent: Agent):
    request = await world.ask(agent)
    pause = await world.direct(request.session_id, PAUSE, by=OWEN)
    assert pause.session_id == request.session_id
    assert (await world.ask(agent, arguments={"path": "/other"})).due_at is None


async def pressed(world: World, request: ApprovalRequest, control: Control) -> list[Directive]:
    await world.say(request, Verdict.DENY, by=ANA, control=control, reason="not today")
    return await world.open_directives(request.agent)


async def test_a_pause_said_with_a_decision_is_said_to_the_session(world: World, agent: Agent, session: Session):
    request = await world.ask(agent, session_id=session.id)
    [pause] = await pressed(world, request, Control.PAUSE)
    assert (pause.kind, pause.issued_by) == (PAUSE, ANA)
    assert await state_of(world, session) is SessionState.PAUSING
    later = await world.ask(agent, "own_rename", session_id=session.id)
    assert await pressed(world, later, Control.PAUSE) == [pause], "it holds already"


async def test_a_stop_said_with_a_decision_withdraws_the_others(world: World, agent: Agent, session: Session):
    first = await world.ask(agent, session_id=session.id)
    second = await world.ask(agent, "own_rename", session_id=session.id)
    [stop] = await pressed(world, first, Control.STOP)
    assert stop.kind is STOP
    assert (await world.get(second.id)).outcome == "withdrawn"


async def test_silence_pauses_at_once_and_overtakes_a_resume_on_its_way(world: World, agent: Agent, session: Session):
    await world.ask(agent, session_id=session.id)
    await say(world, session, PAUSE)
    resume = await say(world, session, RESUME)
    await world.pass_time(timedelta(hours=2))
    await world.pass_time(timedelta(hours=2))
    assert await state_of(world, session) is SessionState.PAUSED
    assert (await world.directive(resume.id)).state is DirectiveState.OVERTAKEN


async def test_of_many_who_press_at_once_one_is_heard(world: World, agent: Agent, session: Session):
    answers = await asyncio.gather(*(say(world, session, PAUSE) for _ in range(8)), return_exceptions=True)
    assert [type(answer) for answer in answers if not isinstance(answer, Directive)] == [SessionRefuses] * 7
    assert len(await world.open_directives(agent)) == 1


async def test_a_request_that_comes_with_a_stop_is_withdrawn_or_refused(world: World, agent: Agent, session: Session):
    asking = [world.ask(agent, arguments={"n": n}, session_id=session.id) for n in range(8)]
    answers = await asyncio.gather(*asking[:4], say(world, session, STOP), *asking[4:], return_exceptions=True)
    for answer in answers:
        if isinstance(answer, ApprovalRequest):
            assert (await world.get(answer.id)).outcome == "withdrawn"
        else:
            assert isinstance(answer, Directive | SessionOver)

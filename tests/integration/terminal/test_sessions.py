"""`sessions …` in a terminal: whom a word means, and what is said to them."""

import pytest
from sayso.people import NotDone
from sayso.protocol import DirectiveKind, SteerAim

from bot.terminal.exits import Exit
from bot.terminal.naming import NotOne
from bot.terminal.scripted import NotSure
from bot.terminal.sessions import direct, list_sessions, show_session
from tests.integration.api.world import OWEN, Agent, Json, World
from tests.integration.terminal.desk import Desk, at_the_desk

PAUSE, RESUME, STOP, STEER = DirectiveKind.PAUSE, DirectiveKind.RESUME, DirectiveKind.STOP, DirectiveKind.STEER


@pytest.fixture
async def session(agent: Agent) -> Json:
    return (await agent.post("/v1/sessions", {"goal": "Free disk space", "environment": "staging"})).body


async def state_of(agent: Agent, session: Json) -> str:
    return (await agent.get(f"/v1/sessions/{session['id']}")).body["state"]


async def test_nobody_runs(ana: Desk):
    await ana.run(list_sessions, is_json=False)
    assert ana.seen == "No agent is running.\n"


async def test_who_runs(agent: Agent, ana: Desk, session: Json):
    await agent.ask(session_id=session["id"])
    await ana.run(list_sessions, is_json=False)
    assert ana.lines == ["tidy  running  1 waiting  Free disk space", f"{' ' * 26}{session['id']}"]


async def test_one_session_with_what_people_said(agent: Agent, ana: Desk, session: Json):
    await ana.run(direct, "tidy", PAUSE, text="Wait for the \x1b[31maudit", is_json=False)
    assert ana.lines == [
        "tidy is told to pause. It stops at its next checkpoint.",
        f"`sayso session show {session['id']}` follows it.",
    ]
    await ana.run(show_session, "TIDY", is_json=False)
    assert ana.lines[:3] == ["tidy", "  State       pausing: Ana paused it", "  Goal        Free disk space"]
    assert ana.lines[-1].startswith("  pause “Wait for the [31maudit” by Ana at 09:00 UTC · ")


@pytest.mark.parametrize("name", ["tidy", "ti", "Tidy", "{id}", "{start}"])
async def test_whom_a_word_means(agent: Agent, ana: Desk, session: Json, name: str):
    said = name.format(id=session["id"], start=session["id"][:20])
    assert await ana.run(direct, said, PAUSE, text=None, is_json=False) is Exit.DONE
    assert await state_of(agent, session) == "pausing"


async def test_an_ambiguous_name_is_asked_back(agent: Agent, ana: Desk, session: Json):
    other = (await agent.post("/v1/sessions", {"goal": "Rotate logs"})).body
    with pytest.raises(NotOne, match="Which one") as asked_back:
        await ana.run(direct, "tidy", STOP, text=None, is_sure=True, is_json=False)
    assert session["id"] in str(asked_back.value)
    assert other["id"] in str(asked_back.value)
    assert await state_of(agent, session) == "running"


async def test_a_whole_name_comes_before_the_start_of_another(world: World, agent: Agent, ana: Desk, session: Json):
    async with world.agent("tidy-two") as other:
        second = (await other.post("/v1/sessions", {})).body
        await ana.run(direct, "tidy", PAUSE, text=None, is_json=False)
        assert [await state_of(agent, session), await state_of(other, second)] == ["pausing", "running"]


async def test_a_near_miss_is_offered_and_not_obeyed(agent: Agent, ana: Desk, session: Json):
    with pytest.raises(NotOne, match=r"No running agent is called “tydi”\. Did you mean tidy\?"):
        await ana.run(direct, "tydi", STOP, text=None, is_sure=True, is_json=False)
    for name in ("nobody", "", "ses_9"):
        with pytest.raises(NotOne, match="session list"):
            await ana.run(show_session, name, is_json=False)
    assert await state_of(agent, session) == "running"


async def test_a_stop_is_asked_for_twice(agent: Agent, ana: Desk, session: Json):
    await agent.ask(session_id=session["id"])
    with pytest.raises(NotSure, match="tidy was not stopped"):
        await ana.run(direct, "tidy", STOP, text=None, is_json=False, types=("no",))
    assert "Its open request is withdrawn." in ana.seen
    await ana.run(direct, "tidy", STOP, text=None, is_json=False, types=("yes",))
    assert await state_of(agent, session) == "stopping"


async def test_a_steer_is_for_its_owner(world: World, agent: Agent, ana: Desk, session: Json):
    with pytest.raises(NotDone, match=r"You cannot steer tidy\. Owen owns it; operators can too\."):
        await ana.run(direct, "tidy", STEER, text="leave it", is_json=False)
    async with at_the_desk(world, OWEN) as owen:
        await owen.run(direct, "tidy", STEER, text="leave the pipeline alone", aim=SteerAim.GOAL, is_json=False)
        assert owen.lines[0] == "tidy is told: “leave the pipeline alone”"
        with pytest.raises(NotDone, match="200 characters"):
            await owen.run(direct, "tidy", STEER, text="x" * 240, is_json=False)

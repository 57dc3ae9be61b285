"""What is done to many requests at once is written as if it were done to each of them alone."""

import asyncio
from typing import Any

import pytest

from bot.domain.errors import LostRace
from bot.domain.people import Agent
from bot.services.ports import Store
from bot.services.work import Work
from tests.support.database import Database
from tests.support.policies import FIRST_WAIT, SECOND_WAIT
from tests.world import World

WRITTEN = {
    "requests": "state, outcome, revision, version, step, due_at IS NULL AS is_over",
    "deliveries": "state, version",
    "callbacks": "directive_id",
    "notices": "kind, target, wanted_version, next_try_at IS NULL AS is_shown",
    "audit": "event",
}


def written(database: Database, request_id: str) -> dict[str, list[dict[str, Any]]]:
    """Everything that there is about a request, but for ids and times."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table, columns in WRITTEN.items():
        its_id = "id" if table == "requests" else "request_id"
        rows = database.rows(f"SELECT {columns} FROM {table} WHERE {its_id} = ?", request_id)
        found[table] = sorted(rows, key=str)
    found["asked"] = database.rows("SELECT * FROM asked WHERE request_id = ?", request_id)
    return found


async def test_what_expires_together_is_written_like_what_expires_alone(world: World, agent: Agent, database: Database):
    alone = await world.ask(agent)
    await world.pass_time(FIRST_WAIT)
    await world.pass_time(SECOND_WAIT)
    expected = written(database, alone.id)
    others = [await world.agent(f"other-{number}") for number in range(3)]
    together = await asyncio.gather(*(world.ask(other) for other in others))
    await world.pass_time(FIRST_WAIT)
    await world.pass_time(SECOND_WAIT)
    assert [row["outcome"] for row in expected["requests"]] == ["expired"]
    for request in together:
        assert written(database, request.id) == expected


async def test_whoever_looks_sees_what_is_gathered(world: World, store: Store, agent: Agent):
    requests = [await world.ask(agent) for _ in range(2)]

    def ask_nobody(work: Work) -> list[str]:
        work.together([request.id for request in requests])
        for request in requests:
            work.notices.want_redraw(request.id)
        return [str(notice.wanted_version) for request in requests for notice in work.notices.of_request(request.id)]

    assert await store.run(ask_nobody) == ["2", "2"]


async def test_one_that_was_changed_meanwhile_takes_the_others_back(world: World, store: Store, agent: Agent):
    requests = [await world.ask(agent) for _ in range(2)]

    def save_stale(work: Work) -> None:
        work.together([request.id for request in requests])
        work.requests.save(work.requests.get(requests[0].id), seen_version=requests[0].version)
        work.requests.save(work.requests.get(requests[1].id), seen_version=requests[1].version + 7)
        work.notices.want_redraw(requests[0].id)

    with pytest.raises(LostRace):
        await store.run(save_stale)
    kept = await store.read(lambda work: [work.notices.of_request(request.id)[0] for request in requests])
    assert [notice.wanted_version for notice in kept] == [1, 1]

"""Two servers on one PostgreSQL: started together, waiting for each other's decisions, one of them gone."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import psycopg
import pytest
from sayso import Expired, Sayso
from sayso.protocol import Outcome

from tests.faults.conftest import Measured
from tests.faults.house import ANA, BO, House
from tests.faults.waiting import until
from tests.support.database import PostgresDatabase, a_postgres_of_its_own
from tests.support.postgres_server import Postgres

SOON = 10.0


@pytest.fixture
def database_kind() -> str:
    return "postgres"


@pytest.fixture
async def agent_there(house: House) -> Sayso:
    """An agent of the second server."""
    key = await house.key("there")
    return house.client(key, url=(await house.second_server()).url)


async def test_two_servers_started_together_on_a_new_database_both_serve(new_house: House) -> None:
    await asyncio.gather(new_house.server.start(), new_house.second_server())
    agent = await new_house.agent()
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    assert (await new_house.wall.click(ANA, await new_house.card(asked.id), "approve")).ok
    assert (await agent.wait(asked.id)).outcome is Outcome.APPROVED
    await new_house.quiet()
    new_house.wall.assert_one_closed_card(asked.id)


async def test_an_agent_waiting_on_one_is_woken_by_a_click_on_the_other(
    house: House, agent_there: Sayso, measured: Measured
) -> None:
    asked = await agent_there.submit("delete_files", {"pattern": "old/*"})
    waiting = asyncio.create_task(agent_there.wait(asked.id))
    card = await house.card(asked.id)
    clicked = asyncio.get_running_loop().time()
    assert (await house.wall.click(ANA, card, "approve")).ok
    assert (await waiting).outcome is Outcome.APPROVED
    measured("a decision made on the other server: with the agent", asyncio.get_running_loop().time() - clicked)
    await house.quiet()
    house.wall.assert_one_closed_card(asked.id)
    house.record.assert_is_whole(asked.id)


async def test_clicks_on_many_cards_are_each_counted_once_while_both_relay(house: House, agent_there: Sayso) -> None:
    agents = [await house.agent(), agent_there]
    asked = await asyncio.gather(*(agents[n % 2].submit("delete_files", {"pattern": f"{n}/*"}) for n in range(8)))
    cards = [await house.card(one.id) for one in asked]
    clicks = [house.wall.click(who, card, what) for card in cards for who, what in ((ANA, "approve"), (BO, "approve"))]
    assert all(answer.ok for answer in await asyncio.gather(*clicks))
    for number, one in enumerate(asked):
        assert (await agents[number % 2].wait(one.id)).outcome is Outcome.APPROVED
    await house.quiet()
    for one in asked:
        house.wall.assert_one_closed_card(one.id)
        house.record.assert_is_whole(one.id)
        assert len(house.record.votes(one.id)) == 1


async def test_what_a_killed_one_did_not_get_to_the_other_does(house: House, agent_there: Sayso) -> None:
    asked = [await agent_there.submit("delete_files", {"pattern": f"{n}/*"}) for n in range(5)]
    house.server.kill()
    for one in asked:
        await house.card(one.id)  # what it had leased waits for the end of a lease, and no longer
    await house.server.start()
    for one in asked:
        assert (await house.wall.click(ANA, await house.card(one.id), "approve")).ok
        assert (await agent_there.wait(one.id)).outcome is Outcome.APPROVED


@pytest.fixture
async def stopped_under(tmp_path: Path) -> AsyncIterator[tuple[House, Postgres]]:
    """A house that serves, and the PostgreSQL that it stands on."""
    with a_postgres_of_its_own() as postgres:
        house = House(tmp_path, PostgresDatabase(postgres.url("postgres")))
        await house.prepare()
        try:
            await house.server.start()
            yield house, postgres
            house.check()
        finally:
            await house.close()
            print(f"What the server printed:\n{house.server.printed}")


async def test_a_database_that_restarts_under_a_server_delays_and_loses_nothing(
    stopped_under: tuple[House, Postgres], measured: Measured
) -> None:
    house, postgres = stopped_under
    agent = await house.agent()
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    waiting = asyncio.create_task(agent.wait(asked.id))
    card = await house.card(asked.id)
    await house.quiet()
    await asyncio.to_thread(postgres.crash)
    later = asyncio.create_task(agent.submit("delete_files", {"pattern": "new/*"}))
    await asyncio.to_thread(postgres.start)
    began = asyncio.get_running_loop().time()
    await house.card((await later).id)
    measured("a database that crashed: submissions are taken again", asyncio.get_running_loop().time() - began)
    assert (await house.wall.click(ANA, card, "approve")).ok
    assert (await waiting).outcome is Outcome.APPROVED
    await house.quiet()
    house.wall.assert_one_closed_card(asked.id)
    house.record.assert_is_whole(asked.id)


async def test_a_database_that_is_restarted_while_nobody_does_anything_is_not_noticed(
    stopped_under: tuple[House, Postgres],
) -> None:
    house, postgres = stopped_under
    agent = await house.agent()
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    waiting = asyncio.create_task(agent.wait(asked.id))
    card = await house.card(asked.id)
    await house.quiet()
    with house.troubles.during():
        await asyncio.to_thread(postgres.stop)
        await asyncio.to_thread(postgres.start)
    assert (await house.wall.click(ANA, card, "approve")).ok
    assert (await waiting).outcome is Outcome.APPROVED
    brief = await house.ask_alone(agent, "run_out")
    with pytest.raises(Expired):
        await agent.wait(brief.id)


async def test_a_database_that_crashes_in_the_middle_of_transactions_keeps_them_whole(
    stopped_under: tuple[House, Postgres], measured: Measured
) -> None:
    """Clicks and submissions wait for a lock inside their transactions when everything is cut."""
    house, postgres = stopped_under
    agent = await house.agent()
    asked = [await agent.submit("delete_files", {"number": number}) for number in range(3)]
    brief = await house.ask_alone(agent, "run_out")
    cards = [await house.card(one.id) for one in asked]
    await house.quiet()
    with house.troubles.during():
        with contextlib.suppress(psycopg.Error), house.record.locked():
            clicks = [asyncio.create_task(house.wall.click(ANA, card, "approve")) for card in cards]
            asking = [asyncio.create_task(agent.submit("delete_files", {"late": number})) for number in range(3)]
            await until(lambda: _waiting_for_locks(house) >= 3, what="transactions that wait")
            await asyncio.to_thread(postgres.crash)
        await asyncio.to_thread(postgres.start)
    began = asyncio.get_running_loop().time()
    submitted = await asyncio.gather(*asking)
    await asyncio.gather(*clicks)
    for one, card in zip(asked, cards, strict=True):
        if house.record.outcome(one.id) is None:
            assert (await house.wall.click(ANA, card, "approve")).ok
        assert (await agent.wait(one.id)).outcome is Outcome.APPROVED
    measured("a database that crashed in mid-transaction: all is decided", asyncio.get_running_loop().time() - began)
    with pytest.raises(Expired):
        await agent.wait(brief.id)
    assert house.record.request_ids() == {one.id for one in [*asked, brief, *submitted]}


def _waiting_for_locks(house: House) -> int:
    (row,) = house.record.rows("SELECT count(*) AS waiting FROM pg_locks WHERE NOT granted")
    return row["waiting"]


async def test_while_the_database_is_away_everybody_hears_so_and_may_ask_again(
    stopped_under: tuple[House, Postgres],
) -> None:
    house, postgres = stopped_under
    key = await house.key("tester")
    asked = await house.client(key).submit("delete_files", {"pattern": "old/*"})
    card = await house.card(asked.id)
    await house.quiet()
    postgres.stop()
    async with httpx.AsyncClient(base_url=house.server.url, headers={"Authorization": f"Bearer {key}"}) as http:
        refused = await http.post("/v1/approvals", json={"action": {"name": "delete_files"}}, timeout=30)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
        assert refused.json()["detail"] == "The database does not answer. Nothing was written; ask again."
        assert (await http.get("/readyz")).status_code == 503
        await house.wall.click(ANA, card, "approve")
        (told,) = await until(lambda: house.slack.ephemerals(ANA), what="a word to Ana", timeout=SOON)
        assert "went wrong" in told.text
        await asyncio.to_thread(postgres.start)
        await until_ready(http)
    assert (await house.wall.click(ANA, card, "approve")).ok
    assert (await house.client(key).wait(asked.id)).outcome is Outcome.APPROVED


async def test_a_server_ends_in_good_time_while_the_database_is_away(
    stopped_under: tuple[House, Postgres], measured: Measured
) -> None:
    house, postgres = stopped_under
    agent = await house.agent()
    await house.card((await agent.submit("delete_files", {"pattern": "old/*"})).id)
    await house.quiet()
    postgres.stop()
    code, seconds = await house.server.stop()
    measured("SIGTERM while the database is away: ended", seconds)
    assert code == 0, house.server.printed
    assert "Traceback" not in house.server.printed
    await asyncio.to_thread(postgres.start)


async def test_a_server_goes_on_when_a_newer_one_has_only_added_to_the_schema(house: House) -> None:
    house.record.rows("UPDATE alembic_version SET version_num = '9000'")
    async with httpx.AsyncClient(base_url=house.server.url) as http:
        assert (await http.get("/readyz")).json()["checks"]["database"] == "ok"
    await house.crash()
    await house.server.start()
    agent = await house.agent()
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    assert (await house.wall.click(ANA, await house.card(asked.id), "approve")).ok
    assert (await agent.wait(asked.id)).outcome is Outcome.APPROVED


async def test_a_server_says_that_it_cannot_work_with_a_schema_of_another_generation(house: House) -> None:
    house.record.rows("UPDATE alembic_version SET version_num = '9-0001'")
    async with httpx.AsyncClient(base_url=house.server.url) as http:
        assert "another version's schema" in (await http.get("/readyz")).json()["checks"]["database"]
    await house.crash()
    with pytest.raises(AssertionError, match="changed by a newer version that this one cannot work with"):
        await house.server.start()


async def until_ready(http: httpx.AsyncClient) -> None:
    async with asyncio.timeout(SOON):
        while (await http.get("/readyz")).status_code != 200:  # noqa: ASYNC110 - a server has no event
            await asyncio.sleep(0.05)

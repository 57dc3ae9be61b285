"""The doctor's test cards are in the database: one process posts, another hears."""

from datetime import timedelta

from bot.services.hear_probe import HearProbe
from bot.services.ports import Store
from bot.services.repositories.probes import Probe
from bot.store.inspection import inspect_schema, probe_of, time_of, why_not_written
from bot.store.migrate import Schema
from tests.support.database import Database
from tests.support.recording import NOON, Clock

SECOND = timedelta(seconds=1)


async def test_a_press_is_heard_once_with_its_way(store: Store, clock: Clock):
    await store.run(lambda work: work.probes.add("prb_1", work.now))
    clock.advance(3 * SECOND)
    heard = await HearProbe(store)("prb_1", clicked_by="U1", clicked_at=NOON + 2 * SECOND)
    expected = Probe(
        id="prb_1", created_at=NOON, clicked_by="U1", clicked_at=NOON + 2 * SECOND, heard_at=NOON + 3 * SECOND
    )
    assert heard == expected
    assert expected.way_back == SECOND
    clock.advance(SECOND)
    assert await HearProbe(store)("prb_1", clicked_by="U2", clicked_at=clock()) == expected
    assert await probe_of(store, "prb_1") == expected


async def test_an_unknown_card_is_not_heard(store: Store):
    assert await HearProbe(store)("prb_9", clicked_by="U1", clicked_at=NOON) is None


async def test_where_the_clocks_differ_nothing_is_timed(store: Store):
    await store.run(lambda work: work.probes.add("prb_1", work.now))
    heard = await HearProbe(store)("prb_1", clicked_by="U1", clicked_at=NOON + SECOND)
    assert heard is not None
    assert heard.way_back is None


async def test_cards_of_the_day_before_are_forgotten(store: Store, clock: Clock):
    await store.run(lambda work: work.probes.add("prb_1", work.now))
    clock.advance(timedelta(days=1, seconds=1))
    await store.run(lambda work: work.probes.add("prb_2", work.now))
    assert await probe_of(store, "prb_1") is None
    assert await probe_of(store, "prb_2") is not None


async def test_trying_to_write_leaves_nothing_behind(store: Store, database: Database):
    assert await why_not_written(store, "prb_1") is None
    assert database.rows("SELECT * FROM probes") == []


async def test_the_databases_time_is_told(store: Store, clock: Clock):
    assert await time_of(store) == clock()


def test_a_migrated_database_is_current(database: Database):
    assert inspect_schema(database.url) is Schema.CURRENT

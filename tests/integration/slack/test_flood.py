"""Three hundred requests for one channel of a Slack that counts its limits; and two processes that share them."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.action import Impact
from bot.domain.decision import Outcome
from bot.domain.escalation import SHOWN_LATE
from bot.domain.people import Agent
from bot.domain.request import ApprovalRequest
from tests.integration.slack.flooded import SECOND, Flooded, flooded
from tests.support.database import KINDS, Database, a_database
from tests.support.policies import CONSENT, EVE, TEAM

MINUTE = timedelta(minutes=1)
SHORT_STEP = timedelta(minutes=12)
A_FEW_SECONDS = timedelta(seconds=20)
DANGEROUS = Impact(reversible=False, affected_count=847, external_effects=True, financial=True)


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with a_database(request.param, tmp_path) as database:
        yield database


@pytest.fixture
async def channel(database: Database) -> AsyncIterator[Flooded]:
    async with flooded(database.url) as channel:
        yield channel


@pytest.fixture
async def two(database: Database) -> AsyncIterator[Flooded]:
    """Two processes of one database."""
    async with flooded(database.url, processes=2) as channel:
        yield channel


@pytest.fixture
async def agent(channel: Flooded) -> Agent:
    return await channel.world.agent()


@pytest.mark.timeout(400)
async def test_three_hundred_requests_are_shown_in_order_of_need_and_none_is_lost(channel: Flooded, agent: Agent):
    _shorten(channel, SHORT_STEP)
    soft = await channel.flood(agent, "soft_tidy", 220)
    hard = await channel.flood(agent, "hard_delete", 60)
    dangerous = await channel.flood(agent, "hard_wipe", 20, impact=DANGEROUS)
    await channel.pass_time(30 * SECOND)
    assert len(await channel.shown(dangerous)) == 20
    assert not await channel.shown(soft)
    assert "220 requests wait to be shown here" in channel.summary.text

    await channel.press_next(EVE.id)
    await channel.pass_time(3 * SECOND)
    assert len(await channel.shown(soft)) == 1, "ahead of all that are hard"
    assert len(await channel.shown(hard)) < 15
    await channel.pass_time(12 * SECOND)
    assert "219 requests wait to be shown here" in channel.summary.text
    await channel.pass_time(45 * SECOND)
    assert len(await channel.shown(hard)) == 60

    await channel.pass_time(SHORT_STEP / 2 - 90 * SECOND + A_FEW_SECONDS)
    asked = [*soft, *hard, *dangerous]
    assert len(await channel.shown(asked)) == len(asked)
    assert {len(channel.cards_of(request)) for request in asked} == {1}
    assert "All cards are shown" in channel.summary.text
    for one in [await channel.world.get(request.id) for request in (*hard, *dangerous)]:
        _is_due_by_what_was_shown(one)
    assert channel.most_edits_in_a_minute() <= 50


@pytest.mark.timeout(400)
async def test_silence_on_folded_requests_is_consent_only_after_their_cards_were_shown(channel: Flooded, agent: Agent):
    _shorten(channel, SHORT_STEP)
    soft = await channel.flood(agent, "soft_tidy", 40)
    await channel.pass_time(SHORT_STEP / 2 + A_FEW_SECONDS)
    assert len(await channel.shown(soft)) == len(soft)
    await channel.pass_time(CONSENT + MINUTE, step=5 * SECOND)
    ended = [await channel.world.get(request.id) for request in soft]
    assert {one.outcome for one in ended} == {Outcome.CONSENTED}
    assert all(one.closed_at - one.shown_at >= CONSENT for one in ended if one.closed_at and one.shown_at)


async def test_two_processes_together_keep_to_slacks_fifty_edits_a_minute(two: Flooded):
    agent = await two.world.agent()
    requests = await two.flood(agent, "hard_delete", 60)
    await two.pass_time(150 * SECOND)
    assert len(await two.shown(requests)) == 60
    for request in requests:
        await two.world.withdraw(agent, request.id, reason=None)
    await two.pass_time(2 * MINUTE)
    edits = two.slack.calls_of("chat.update")
    assert {call.outcome for call in edits} == {"ok"}, "none was refused, so none was too many"
    assert two.most_edits_in_a_minute() <= 50
    await _every_card_says_how_it_ended(two, requests)


def _shorten(channel: Flooded, wait: timedelta) -> None:
    """The first step lasts so long, and nobody is reminded."""
    policy = channel.world.policies.policy
    first, backup = policy.ladders["team"]
    team = (replace(first, wait=wait, reminders=()), backup)
    channel.world.policies.policy = replace(policy, ladders={**policy.ladders, "team": team})


def _is_due_by_what_was_shown(one: ApprovalRequest) -> None:
    assert one.shown_at is not None
    late = one.shown_at - one.submitted_at
    assert one.due_at == one.submitted_at + SHORT_STEP + (late if late > SHOWN_LATE else timedelta())


async def _every_card_says_how_it_ended(channel: Flooded, asked: list[ApprovalRequest]) -> None:
    for request in asked:
        [notice] = [one for one in await channel.world.notices(request.id) if one.target == TEAM and one.step == 0]
        assert notice.shown_version == notice.wanted_version

"""Socket Mode when things go wrong: the bot is back at once, and no click is lost or doubled.

What takes seconds in the world takes milliseconds here; `test_with_its_own_rhythm…` holds the real figures to ten.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from bot.domain.decision import Outcome
from bot.localslack import Answer, LocalSlack, Switch
from bot.localslack.sockets import Reason
from bot.slack.app_token import AppToken
from bot.slack.reception import Reception
from bot.slack.sockets import LINES, Rhythm, SlackSockets
from bot.slack.web import SlackApi
from tests.integration.slack.edges import QUICK
from tests.integration.slack.person import At
from tests.integration.slack.requests import ANA, BO, CHANNEL, a_request
from tests.integration.slack.room import Score


@pytest.fixture
def transport() -> str:
    return "socket"


@pytest.fixture
async def lines(sockets: SlackSockets, slack: LocalSlack) -> SlackSockets:
    """Both lines open."""
    await slack.until(lambda: slack.open_sockets == LINES)
    await back(sockets)
    return sockets


async def until(predicate: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not predicate():  # noqa: ASYNC110 - nobody announces it
            await asyncio.sleep(0.005)


async def back(sockets: SlackSockets) -> None:
    await until(lambda: sockets.connected == LINES)


async def gone(sockets: SlackSockets) -> None:
    await until(lambda: sockets.connected == 0)


async def approve(at: At, who: str, ts: str) -> Answer:
    answer = await at.slack.click(who, CHANNEL, ts, action_id="approve")
    await at.settle()
    return answer


def counted(score: Score, name: str) -> list[dict[str, str]]:
    return [labels for each, labels in score.counted if each == name]


async def test_there_are_two_sockets_and_a_click_comes_over_one_of_them(at: At, lines: SlackSockets):
    ts = await at.show(a_request())
    assert (await approve(at, ANA, ts)).ok
    assert len(at.room.words) == 1
    assert lines.trouble() is None


async def test_after_all_sockets_dropped_the_next_click_counts(at: At, lines: SlackSockets):
    ts = await at.show(a_request())
    for _ in range(3):
        at.slack.drop_sockets()
        await gone(lines)
        await back(lines)
    assert (await approve(at, ANA, ts)).ok
    assert at.room.requests["apr_1"].outcome is Outcome.APPROVED


async def test_a_click_in_flight_when_all_sockets_drop_is_committed_and_acknowledged_on_a_new_one(
    at: At, lines: SlackSockets, score: Score
):
    ts = await at.show(a_request())
    at.room.held.clear()
    clicking = asyncio.create_task(at.slack.click(ANA, CHANNEL, ts, action_id="approve"))
    await at.slack.until(lambda: at.slack.deliveries)
    await asyncio.sleep(0.05)
    at.slack.drop_sockets()
    await gone(lines)
    at.room.held.set()
    assert (await clicking).ok
    await at.settle()
    assert at.room.requests["apr_1"].outcome is Outcome.APPROVED
    assert len(at.room.requests["apr_1"].votes) == 1
    assert counted(score, "slack_acknowledgements_lost") == []


async def test_a_click_whose_acknowledgement_was_lost_and_that_comes_again_counts_once(at: At, lines: SlackSockets):
    ts = await at.show(a_request())
    payload = at.slack.click_payload(ANA, CHANNEL, ts, action_id="approve")
    await at.slack.deliver(payload)
    at.slack.drop_sockets()
    await gone(lines)
    await back(lines)
    (receipt,) = await at.slack.deliver(payload)
    await at.settle()
    assert receipt.problem is None
    assert len(at.room.words) == 1
    assert at.slack.ephemerals(ANA) == []


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_refresh_is_answered_by_new_sockets_before_the_old_ones_go(
    at: At, lines: SlackSockets, reason: Reason, score: Score
):
    ts = await at.show(a_request())
    least = LINES

    async def watched() -> None:
        nonlocal least
        while True:
            least = min(least, at.slack.open_sockets)
            await asyncio.sleep(0)

    watching = asyncio.create_task(watched())
    await at.slack.refresh_sockets(reason)
    await at.slack.until(lambda: len(counted(score, "slack_sockets_opened")) == 2 * LINES)
    assert (await approve(at, ANA, ts)).ok
    await at.slack.until(lambda: at.slack.open_sockets == LINES)
    watching.cancel()
    assert least == LINES


async def test_an_answer_under_way_at_a_refresh_is_not_lost(at: At, lines: SlackSockets, score: Score):
    ts = await at.show(a_request())
    at.room.held.clear()
    clicking = asyncio.create_task(at.slack.click(ANA, CHANNEL, ts, action_id="approve"))
    await at.slack.until(lambda: at.slack.deliveries)
    await at.slack.refresh_sockets("refresh_requested")
    await at.slack.until(lambda: len(counted(score, "slack_sockets_opened")) == 2 * LINES)
    at.room.held.set()
    assert (await clicking).ok


async def test_a_refused_handshake_is_tried_again_with_a_new_address(at: At, lines: SlackSockets, score: Score):
    at.slack.faults.switch(Switch.SOCKETS_REFUSED)
    at.slack.drop_sockets()
    await gone(lines)
    await at.slack.until(lambda: len(counted(score, "slack_socket_failures")) >= 4)
    assert "Slack gave no socket" in (lines.trouble() or "")
    at.slack.faults.switch(Switch.SOCKETS_REFUSED, on=False)
    await back(lines)
    assert lines.trouble() is None
    tickets = len(at.slack.calls_of("apps.connections.open"))
    assert tickets >= 4 + 2 * LINES


async def test_a_bad_token_at_reconnect_is_said_and_recovered_from(at: At, lines: SlackSockets, score: Score):
    ts = await at.show(a_request())
    at.slack.faults.switch(Switch.TOKEN_REFUSED)
    at.slack.drop_sockets()
    await gone(lines)
    await at.slack.until(lambda: len(counted(score, "slack_socket_failures")) >= 4)
    assert {labels["kind"] for labels in counted(score, "slack_socket_failures")} == {"token_refused"}
    said = lines.trouble()
    assert said is not None
    assert said.startswith("SLACK_APP_TOKEN is not known to Slack")
    assert at.slack.app_token not in said
    problems = [facts["problem"] for event, facts in score.logged if event == "slack_socket_failed"]
    assert len(problems) == LINES  # once for each line, however often it is tried
    at.slack.faults.switch(Switch.TOKEN_REFUSED, on=False)
    await back(lines)
    assert (await approve(at, ANA, ts)).ok


async def test_socket_mode_switched_off_is_said_in_plain_words(at: At, lines: SlackSockets):
    at.slack.deliver_to("http://127.0.0.1:9/nowhere")
    await gone(lines)
    await until(lambda: "switched off" in (lines.trouble() or ""))
    at.slack.use_socket_mode()
    await back(lines)


async def test_a_rate_limit_is_waited_for(at: At, lines: SlackSockets, score: Score):
    at.slack.faults.rate_limit("apps.connections.open", retry_after=0, times=2)
    at.slack.drop_sockets()
    await back(lines)
    assert {labels["kind"] for labels in counted(score, "slack_socket_failures")} <= {"unreachable"}


async def test_one_line_is_enough(at: At, lines: SlackSockets):
    ts = await at.show(a_request())
    at.slack.faults.answer("apps.connections.open", "invalid_auth", times=10_000)
    await lines._sockets[1].end()
    await at.slack.until(lambda: at.slack.open_sockets == 1)
    assert lines.connected == 1
    assert lines.trouble() is None
    assert (await approve(at, ANA, ts)).ok


async def test_twenty_people_click_while_the_sockets_come_and_go(at: At, lines: SlackSockets):
    requests = [a_request(f"apr_{number}") for number in range(1, 21)]
    shown = [await at.show(request) for request in requests]

    async def disturb() -> None:
        for _ in range(5):
            at.slack.drop_sockets()
            await asyncio.sleep(0.03)
            await at.slack.refresh_sockets("refresh_requested")
            await asyncio.sleep(0.03)

    async def person(ts: str) -> None:
        """Somebody who clicks again when Slack says that it did not work."""
        is_counted = False
        while not is_counted:
            is_counted = (await at.slack.click(ANA, CHANNEL, ts, action_id="approve")).ok
            await asyncio.sleep(0.02)

    at.slack.acknowledge_within(0.5)
    async with asyncio.timeout(10):
        await asyncio.gather(disturb(), *(person(ts) for ts in shown))
    await at.settle()
    assert {request.outcome for request in at.room.requests.values()} == {Outcome.APPROVED}
    assert {len(request.votes) for request in at.room.requests.values()} == {1}


async def test_a_frame_that_is_nothing_changes_nothing(at: At, lines: SlackSockets, slack: LocalSlack):
    ts = await at.show(a_request())
    for connection in slack._world.sockets._connections:
        for text in ("", "[]", "null", "{", '{"type":"new"}', '{"envelope_id":5}', "[" * 100_000):
            await connection.socket.send_str(text)
    assert (await approve(at, ANA, ts)).ok
    assert lines.connected == LINES


@pytest.mark.parametrize("payload", [None, [], 5, "x", {}, {"type": "block_actions"}, {"type": "shortcut"}])
async def test_an_envelope_of_another_shape_is_not_acknowledged(
    at: At, lines: SlackSockets, score: Score, payload: object
):
    envelope = {"envelope_id": "e1", "type": "interactive", "payload": payload, "accepts_response_payload": False}
    receipt = await at.slack._world.sockets.carry(envelope, seconds=0.1)
    assert receipt.problem is not None
    assert len(counted(score, "slack_envelopes_refused")) == 1
    assert lines.connected == LINES


async def test_a_shutdown_finishes_what_was_delivered_and_what_comes_meanwhile(at: At, lines: SlackSockets):
    first, second = await at.show(a_request("apr_1")), await at.show(a_request("apr_2"))
    at.room.held.clear()
    clicks = [asyncio.create_task(at.slack.click(ANA, CHANNEL, first, action_id="approve"))]
    await at.slack.until(lambda: len(at.slack.deliveries) == 1)
    await asyncio.sleep(0.05)
    closing = asyncio.create_task(lines.close(within=timedelta(seconds=3)))
    await asyncio.sleep(0.05)
    clicks.append(asyncio.create_task(at.slack.click(ANA, CHANNEL, second, action_id="approve")))
    await at.slack.until(lambda: len(at.slack.deliveries) == 2)
    await asyncio.sleep(0.05)
    at.room.held.set()
    await closing
    assert [answer.ok for answer in await asyncio.gather(*clicks)] == [True, True]
    assert {request.outcome for request in at.room.requests.values()} == {Outcome.APPROVED}
    assert at.slack.open_sockets == 0


async def test_a_shutdown_ends_when_its_time_is_up(at: At, lines: SlackSockets):
    ts = await at.show(a_request())
    at.room.held.clear()
    clicking = asyncio.create_task(at.slack.click(ANA, CHANNEL, ts, action_id="approve"))
    await at.slack.until(lambda: at.slack.deliveries)
    async with asyncio.timeout(2):
        await lines.close(within=timedelta(milliseconds=50))
    assert at.slack.open_sockets == 0
    at.slack.acknowledge_within(0)
    clicking.cancel()
    at.room.held.set()


async def test_a_form_is_answered_over_sockets_with_its_errors(at: At, lines: SlackSockets):
    ts = await at.show(a_request())
    form = await at.form(ANA, ts, "review")
    answer = await at.submit(ANA, form, {"arg.pattern": {"value": "new/*"}})
    assert answer.response_action == "errors"


async def test_two_clicks_at_the_same_moment_may_come_over_different_sockets(at: At, lines: SlackSockets):
    ts = await at.show(a_request())
    answers = await asyncio.gather(*(at.slack.click(who, CHANNEL, ts, action_id="approve") for who in (ANA, BO)))
    await at.settle()
    assert [answer.ok for answer in answers] == [True, True]
    assert "our click changed nothing" in at.told(BO) or "You can’t decide this one" in at.told(BO)
    assert len(at.room.requests["apr_1"].votes) == 1


class TestAtTheStart:
    @pytest.fixture
    def rhythm(self) -> Rhythm:
        return QUICK

    @pytest.fixture
    async def fresh(
        self, api: SlackApi, slack: LocalSlack, reception: Reception, score: Score, rhythm: Rhythm
    ) -> AsyncIterator[SlackSockets]:
        sockets = SlackSockets(api, AppToken(api, slack.app_token), reception, score, rhythm=rhythm)
        yield sockets
        await sockets.close(within=timedelta(seconds=1))

    async def test_a_slack_that_is_away_is_waited_for(self, fresh: SlackSockets, slack: LocalSlack, score: Score):
        slack.faults.switch(Switch.DOWN)
        await fresh.start(within=timedelta(milliseconds=100))
        assert fresh.trouble() is not None
        assert score.logged[0][0] == "slack_unreachable_at_start"
        slack.faults.switch(Switch.DOWN, on=False)
        await back(fresh)

    async def test_a_slack_that_does_not_answer_does_not_hold_the_start_up(
        self, fresh: SlackSockets, slack: LocalSlack
    ):
        held = slack.faults.hang("apps.connections.open", times=3)
        async with asyncio.timeout(2):
            await fresh.start(within=timedelta(milliseconds=100))
        assert fresh.connected == 0
        held.release()
        await back(fresh)

    async def test_one_address_is_asked_for_each_socket(self, fresh: SlackSockets, slack: LocalSlack):
        await fresh.start(within=timedelta(seconds=2))
        await back(fresh)
        assert len(slack.calls_of("apps.connections.open")) == LINES

    async def test_closing_before_anything_was_opened_is_no_trouble(self, fresh: SlackSockets):
        await fresh.close(within=timedelta(seconds=1))


def test_with_its_own_rhythm_a_line_is_back_within_ten_seconds():
    rhythm = Rhythm()
    silence_noticed = rhythm.heartbeat * 1.5
    first_tries = sum(rhythm.pauses[:2], timedelta(0))
    assert silence_noticed + first_tries + timedelta(seconds=2) < timedelta(seconds=10)
    assert max(rhythm.pauses) <= timedelta(seconds=2), "also a line that broke again and again"
    assert silence_noticed + max(rhythm.pauses) < timedelta(seconds=10)
    assert max(rhythm.pauses) + rhythm.patience < timedelta(seconds=10)

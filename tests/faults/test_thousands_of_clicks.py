"""People press at once, twice, a thousand times, and some lie: one outcome each, and everybody is told the truth."""

import asyncio
from collections import Counter

import httpx
import pytest
from sayso import Option, Sayso

from tests.faults.conftest import Counted
from tests.faults.hands import DROP, Hands
from tests.faults.house import ANA, BO, House
from tests.faults.lengths import many

SOME = 50
"""Of them, what an agent is told is asked for too."""
PAIRS = many(quick=100, long=1000)
REPLAYS = 1000
TELLING = Option(id="drop", label="Drop it", consequence="Nothing is deleted.", proceed=False)
ASKING = 16

on_postgres = pytest.mark.parametrize("database_kind", ["postgres"])


@pytest.fixture
async def agents(house: House) -> list[Sayso]:
    """One at each of two servers on one database."""
    key = await house.key("tester")
    return [house.client(key), house.client(key, url=(await house.second_server()).url)]


async def ask_many(agents: list[Sayso], name: str, count: int) -> list[str]:
    turn = asyncio.Semaphore(ASKING)

    async def one(number: int) -> str:
        async with turn:
            agent = agents[number % len(agents)]
            return (await agent.submit(name, {"number": number}, options=[TELLING])).id

    return list(await asyncio.gather(*(one(number) for number in range(count))))


@on_postgres
async def test_opposite_clicks_that_race_on_two_servers_give_one_outcome_each(
    house: House, agents: list[Sayso], hands: Hands, counted: Counted
) -> None:
    asked = await ask_many(agents, "delete_files", PAIRS)
    presses = []
    for number, request_id in enumerate(asked):
        pair = [
            (hands.click(ANA, request_id), house.server),
            (hands.click(BO, request_id, DROP, option="drop"), house.other),
        ]
        presses += pair[:: 1 if number % 2 else -1]
    assert set(await hands.deliver_all(presses)) == {200}
    outcomes = Counter(house.record.outcome(request_id) for request_id in asked)
    assert set(outcomes) == {"approved", "denied"}, outcomes
    rows = house.record.rows("SELECT request_id, count(*) AS votes FROM votes GROUP BY request_id")
    assert [row["votes"] for row in rows] == [1] * PAIRS
    for request_id, agent in zip(asked[:SOME], [*agents] * (SOME // 2), strict=True):
        assert (await agent.get(request_id)).outcome == house.record.outcome(request_id)
    counted("racing opposite clicks on two servers: single outcomes", PAIRS)


@on_postgres
async def test_pairs_of_approvals_that_race_on_two_servers_all_close(
    house: House, agents: list[Sayso], hands: Hands, counted: Counted
) -> None:
    asked = await ask_many(agents, "pay", PAIRS)
    presses = [
        press
        for request_id in asked
        for press in ((hands.click(ANA, request_id), house.server), (hands.click(BO, request_id), house.other))
    ]
    assert set(await hands.deliver_all(presses)) == {200}
    assert Counter(house.record.outcome(request_id) for request_id in asked) == {"approved": PAIRS}
    (row,) = house.record.rows("SELECT count(*) AS votes FROM votes")
    assert row["votes"] == 2 * PAIRS
    counted("quorum pairs that raced on two servers: closed", PAIRS)


async def test_one_signed_click_a_thousand_times_is_one_decision(house: House, hands: Hands, counted: Counted) -> None:
    agent = await house.agent()
    asked = await agent.submit("pay", {"amount": 40})
    signed = hands.click(ANA, asked.id)
    assert set(await hands.deliver_all([(signed, house.server)] * REPLAYS)) == {200}
    assert len(house.record.votes(asked.id)) == 1, "Ana is one of two, however often she is heard"
    assert house.record.outcome(asked.id) is None
    assert await hands.deliver(hands.click(BO, asked.id), house.server) == 200
    assert (await agent.wait(asked.id)).may_run
    assert len(house.record.votes(asked.id)) == 2
    counted("replays of one signed click: one vote", REPLAYS)


@on_postgres
async def test_the_same_click_delivered_to_both_servers_at_once_counts_once(
    house: House, agents: list[Sayso], hands: Hands, counted: Counted
) -> None:
    count = many(quick=30, long=300)
    asked = await ask_many(agents, "pay", count)
    presses = [
        (signed, server)
        for request_id in asked
        for signed in [hands.click(ANA, request_id)]
        for server in (house.server, house.other)
    ]
    assert set(await hands.deliver_all(presses)) == {200}
    rows = house.record.rows("SELECT request_id, count(*) AS votes FROM votes GROUP BY request_id")
    assert [row["votes"] for row in rows] == [1] * count
    counted("clicks delivered to both servers at once: one vote", count)


async def test_what_slack_did_not_sign_is_refused_and_never_an_error(
    house: House, hands: Hands, counted: Counted
) -> None:
    agent = await house.agent()
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    good = hands.click(ANA, asked.id)
    at, signature = (good.headers[f"X-Slack-{name}"] for name in ("Request-Timestamp", "Signature"))
    forged = [
        {},
        {"X-Slack-Request-Timestamp": at},
        {"X-Slack-Signature": signature},
        {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signature.upper()},
        {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signature[:-1]},
        {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": "v1" + signature[2:]},
        {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": "ü".encode().decode("latin-1")},
        {"X-Slack-Request-Timestamp": str(int(at) - 301), "X-Slack-Signature": signature},
        {"X-Slack-Request-Timestamp": str(int(at) + 301), "X-Slack-Signature": signature},
        *(
            {"X-Slack-Request-Timestamp": garbled, "X-Slack-Signature": signature}
            for garbled in ("soon", "-1", "1e9", "٣", "9" * 400, "nan", "0x10", "")
        ),
    ]
    content_type = good.headers["Content-Type"]
    async with httpx.AsyncClient(base_url=house.server.url) as http:
        for headers in forged:
            encoded = {name: value.encode("utf-8") for name, value in headers.items()}
            for body in (good.body, b"", b"\xff\xfe", b"{" * 5000, good.body + b"&payload=%7B%7D"):
                answer = await http.post(
                    "/slack/events", content=body, headers={"Content-Type": content_type, **encoded}
                )
                assert answer.status_code == 401, (headers, body[:20], answer.status_code)
    other_secret = house.slack.sign({"type": "block_actions"}, secret="another")
    assert await hands.deliver(other_secret, house.server) == 401
    stale = house.slack.sign({"type": "block_actions"}, timestamp=int(at) - 3600)
    assert await hands.deliver(stale, house.server) == 401
    assert not house.record.votes(asked.id)
    assert await hands.deliver(good, house.server) == 200
    assert (await agent.wait(asked.id)).may_run
    counted("forged, stale and garbled signatures: refused", len(forged) * 5 + 2)


async def test_approve_and_deny_by_one_person_at_once_is_one_word(house: House, hands: Hands, counted: Counted) -> None:
    count = many(quick=30, long=300)
    asked = await ask_many([await house.agent()], "delete_files", count)
    presses = [
        (signed, house.server)
        for request_id in asked
        for signed in (hands.click(ANA, request_id), hands.click(ANA, request_id, DROP, option="drop"))
    ]
    assert set(await hands.deliver_all(presses)) == {200}
    rows = house.record.rows("SELECT request_id, count(*) AS votes FROM votes GROUP BY request_id")
    assert [row["votes"] for row in rows] == [1] * count
    counted("approve and deny of one person at once: one word", count)


async def test_an_edit_that_comes_after_the_decision_changes_nothing(house: House) -> None:
    agent = await house.agent()
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    card = await house.card(asked.id)
    await house.quiet()
    assert (await house.wall.click(ANA, card, "review")).ok
    form = await house.form_with_a_field(ANA)
    assert (await house.wall.click(BO, card, "approve")).ok
    decided = await agent.wait(asked.id)
    sent = await house.slack.submit(ANA, form.id, house.wall.reason_in(form, "everything/*"))
    assert sent.errors or house.slack.ephemerals(ANA) or house.slack.modal(ANA), "Ana hears that it is too late"
    assert len(house.record.votes(asked.id)) == 1
    assert house.record.request(asked.id)["revision"] == 1
    assert (await agent.get(asked.id)).decision == decided.decision
    await house.quiet()
    house.wall.assert_one_closed_card(asked.id)

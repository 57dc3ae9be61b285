"""Kills at random moments while agents ask, people decide and decisions are carried out: nothing is lost or doubled.

`SAYSO_FAULT_KILLS` sets how many kills there are, `SAYSO_FAULT_SEED` repeats the choices of a run.
"""

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sayso import AlreadyClaimed, Denied, Option, Sayso
from sayso.protocol import Outcome

from bot.localslack import Message, PersonRefused
from tests.faults.conftest import Counted, Measured
from tests.faults.house import ANA, BO, House
from tests.faults.lengths import IS_LONG, KILLS, SEED
from tests.faults.promises import by_outcome, spread
from tests.faults.waiting import until
from tests.faults.wall import live_buttons

ROOMS = ("room-1", "room-2", "room-3", "room-4")
REQUESTS = max(16, KILLS * 2 // 3)
LONGEST_LIFE = 0.9
"""Seconds that a server serves at most before it is killed."""
LOOKS = 50
"""Kills after which everything so far is looked at."""
TO_THE_END = 600.0 if IS_LONG else 60.0
"""Seconds to show what is left: Slack takes forty edits a minute, and each life but the last was short."""
DROP = Option(id="drop", label="Drop it", consequence="Nothing is deleted.", proceed=False)
METHODS = ("chat.postMessage", "chat.update", "conversations.history")
AFTER_A_NO = {"undelivered", "delivered", "acknowledged"}
"""An agent that may not run anything goes on: it does not try for ever to say that it heard."""
HOLDERS = ("one", "two")


@dataclass
class Ledger:
    """What the agents know: this must all be true in the end."""

    submitted: dict[str, str] = field(default_factory=dict[str, str])
    outcomes: dict[str, Outcome] = field(default_factory=dict[str, Outcome])
    executions: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


@pytest.mark.slow
@pytest.mark.timeout(60 + 10 * KILLS)
async def test_random_kills_lose_nothing_and_double_nothing(
    house: House, tmp_path: Path, measured: Measured, counted: Counted
) -> None:
    print(f"SAYSO_FAULT_SEED={SEED} SAYSO_FAULT_KILLS={KILLS}")
    chance, ledger, turns = random.Random(SEED), Ledger(), asyncio.Semaphore(0)
    agents = [await house.agent(room) for room in ROOMS]
    lives = [
        asyncio.create_task(_one_request(agents[number % len(agents)], number, turns, ledger))
        for number in range(REQUESTS)
    ]
    people = [asyncio.create_task(_decide_all(house, user, random.Random(SEED + 1))) for user in (ANA, BO)]
    starts: list[float] = []
    for kill in range(KILLS):
        for _ in range(REQUESTS * (kill + 1) // KILLS - REQUESTS * kill // KILLS):
            turns.release()
        await _live_and_die(house, chance)
        starts.append(await house.server.start())
        if kill % LOOKS == LOOKS - 1:
            kept = house.check()
            note = f"{kill + 1} kills, seed {SEED}: {by_outcome(kept.outcomes)}; {spread(kept.latenesses)}\n"
            with (tmp_path / "so-far").open("a") as so_far:
                so_far.write(note)
    last = time.monotonic()
    async with asyncio.timeout(TO_THE_END):
        await asyncio.gather(*lives)
    measured(f"{REQUESTS} requests over {KILLS} kills (seed {SEED}): all carried out", time.monotonic() - last)
    for task in people:
        task.cancel()
    await asyncio.gather(*people, return_exceptions=True)
    await until(house.record.is_quiet, what="the end of all redraws", timeout=TO_THE_END)
    measured("after the last of them: every card as it should be", time.monotonic() - last)
    measured("a start of the server, on average", sum(starts) / len(starts))
    _check(house, ledger)
    kept = house.check()
    counted("kills", KILLS)
    counted(f"requests over them: {by_outcome(kept.outcomes)}", kept.requests)
    counted(f"votes; {kept.clicks} clicks acknowledged, {kept.told} decisions told to agents", kept.votes)
    counted(spread(kept.latenesses), len(kept.latenesses))


async def _live_and_die(house: House, chance: random.Random) -> None:
    """Some trouble in Slack, some time, and the end: at any moment, or just when Slack has a call in its hands."""
    faults = house.slack.faults
    troubles = [
        faults.hold_answer,
        faults.hang,
        faults.lose_answer,
        faults.drop_request,
        faults.rate_limit,
        faults.answer,
    ]
    planned = [chance.choice(troubles)(chance.choice(METHODS)) for _ in range(chance.randrange(3))]
    ends = time.monotonic() + chance.uniform(0, LONGEST_LIFE)
    dies_in_a_call = chance.random() < 0.5
    await until(
        lambda: time.monotonic() > ends or (dies_in_a_call and any(fault.times <= 0 for fault in planned)),
        what="the moment to die",
        every=0.001,
    )
    await house.crash()
    if chance.random() < 0.2:
        house.server.spawn()
        await asyncio.sleep(chance.uniform(0, LONGEST_LIFE))
        await house.crash()


async def _one_request(agent: Sayso, number: int, turns: asyncio.Semaphore, ledger: Ledger) -> None:
    """When its turn comes (with a kill, so that each kill meets something under way): ask, wait, carry out, report."""
    await turns.acquire()
    key = f"request-{number}"
    approval = await agent.submit("delete_files", {"number": number}, options=[DROP], idempotency_key=key)
    ledger.submitted[key] = approval.id
    try:
        decided = await agent.wait(approval.id)
    except Denied as denied:
        ledger.outcomes[approval.id] = denied.decided.outcome
        return
    ledger.outcomes[approval.id] = decided.outcome
    await asyncio.gather(*(_carry_out(agent, approval.id, decided.claim, holder, ledger) for holder in HOLDERS))
    await agent.report(approval.id, "succeeded")


async def _carry_out(agent: Sayso, request_id: str, claim: str | None, holder: str, ledger: Ledger) -> None:
    with contextlib.suppress(AlreadyClaimed):
        await agent.acknowledge(request_id, claim=claim, holder=holder)
        ledger.executions.setdefault(request_id, []).append(holder)


async def _decide_all(house: House, user: str, chance: random.Random) -> None:
    """Click on every card that can be clicked, again and again until it shows that it was heard."""
    while True:
        for card in house.wall.clickable():
            choice = chance.choice(["approve", "approve", "choose_1"])
            with contextlib.suppress(PersonRefused):
                await house.wall.click(user, card, _offered(card, choice))
        await asyncio.sleep(0.05)


def _offered(card: Message, choice: str) -> str:
    """The choice, if the card still offers it: it may be closed by now."""
    return choice if any(button["action_id"] == choice for button in live_buttons(card)) else "approve"


def _check(house: House, ledger: Ledger) -> None:
    assert len(ledger.submitted) == REQUESTS
    assert house.record.request_ids() == set(ledger.submitted.values()), "each submission is there, and no other"
    assert len(ledger.outcomes) == REQUESTS
    for request_id, outcome in ledger.outcomes.items():
        assert house.record.outcome(request_id) == outcome
        executions = ledger.executions.get(request_id, [])
        assert len(executions) == (1 if outcome is Outcome.APPROVED else 0), "carried out once where it was allowed"
        delivery = house.record.delivery(request_id)
        assert delivery is not None
        assert delivery["state"] in ({"succeeded"} if outcome is Outcome.APPROVED else AFTER_A_NO)
        assert len(house.record.votes(request_id)) == 1
        house.wall.assert_closed_cards(request_id, range(1, 2 + house.record.request(request_id)["step"]))
        house.record.assert_is_whole(request_id)

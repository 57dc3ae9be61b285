"""`sayso review` at the prompt: the list, one request after the other, each with everything its card has."""

import asyncio
from typing import Any

import pytest
from sayso.people import NotDone

from bot.domain.decision import Outcome
from bot.domain.people import Standing
from bot.domain.vote import Verdict
from bot.terminal.exits import Exit
from bot.terminal.review import review_all, review_one, show_inbox
from tests.integration.api.world import ANA, BO, DAN, Agent, Json, World
from tests.integration.terminal.desk import Desk, at_the_desk

CLEAN_UP = {
    "action": {
        "name": "delete_files",
        "title": "Delete 847 old test files",
        "arguments": {"pattern": "old/*", "max_age_days": 0, "db_password": "hunter2hunter2"},
        "arguments_schema": {"properties": {"max_age_days": {"type": "integer", "minimum": 0}}},
    },
    "reason": "They match the 'old test files' pattern",
    "goal": "Free disk space",
    "impact": {"summary": "847 files, 2.3 GB; cannot be undone", "reversible": False},
    "environment": "prod",
    "uncertainties": ["is 'old' by name or by date?"],
    "options": [
        {
            "id": "older",
            "label": "Only files older than a year (312)",
            "consequence": "312 files deleted, 535 kept",
            "arguments": {"max_age_days": 365},
        },
        {"id": "cancel", "label": "Cancel", "consequence": "No files changed", "proceed": False},
    ],
}


async def asked(agent: Agent, **more: Any) -> Json:
    return (await agent.post("/v1/approvals", {**CLEAN_UP, **more})).body


async def decision_of(agent: Agent, request: Json) -> Json:
    closed = (await agent.get(f"/v1/approvals/{request['id']}")).body
    assert closed["state"] == "closed"
    return {"outcome": closed["outcome"], **closed["decision"]}


async def test_nothing_waits(ana: Desk):
    assert await ana.run(review_all) is Exit.DONE
    assert ana.seen == "Nothing waits for you.\n"


async def test_the_whole_card_at_eighty_columns(agent: Agent, ana: Desk):
    request = await asked(agent)
    await ana.run(review_one, request["id"], is_json=False, is_piped=True)
    rule, *lines = ana.lines
    assert rule == "─" * 80
    assert lines[:-2] == [
        "Delete 847 old test files?",
        "Dangerous · cannot be undone · production",
        "tidy asks Ana and Bo · answer by 10:00 UTC",
        "",
        "  Impact  847 files, 2.3 GB; cannot be undone",
        "  Why     They match the 'old test files' pattern",
        "  Goal    Free disk space",
        "  Doubts  is 'old' by name or by date?",
        "",
        "Would run delete_files",
        "  pattern       old/*",
        "  max_age_days  0",
        "  db_password   •••• hidden",
        "",
        "What happens",
        "  1.  Only files older than a year (312): 312 files deleted, 535 kept. Sets",
        "      max_age_days: 365.",
        "  2.  Cancel: No files changed. Counts as a no.",
        "      Approve as asked: all of it runs. Cannot be undone.",
        "      Deny: nothing runs, tidy plans again.",
        "      No answer: at 10:00 UTC it expires: nothing runs, tidy pauses.",
        "",
    ]
    assert lines[-2].startswith("One yes is enough · Asked because of test.yaml:")
    assert lines[-1] == request["id"]


async def test_a_dangerous_yes_is_asked_for_twice(agent: Agent, ana: Desk):
    request = await asked(agent)
    await ana.run(review_all, types=("", "a", "no", "a", "yes"))
    assert (await decision_of(agent, request))["outcome"] == Outcome.APPROVED
    assert ana.seen.count("This cannot be undone") == 2
    assert ana.seen.count("Nothing was sent.") == 1
    assert "Approved as asked by Ana, 09:00 UTC" in ana.seen
    assert ana.lines[-1] == "That was the last one."


async def test_after_a_word_the_next_one_comes_oldest_deadline_first(agent: Agent, ana: Desk):
    late, early = await agent.ask("late_job"), await agent.ask("early_job", deadline_seconds=600)
    await ana.run(review_all, types=("", "d", "not now", "", "a", "yes"))
    assert ana.seen.index("Run early_job?\n") < ana.seen.index("Would run late_job")
    assert (await decision_of(agent, early))["reason"] == "not now"
    assert (await decision_of(agent, late))["outcome"] == Outcome.APPROVED


async def test_one_is_chosen_by_its_number_and_others_are_skipped(agent: Agent, ana: Desk):
    first, second = await agent.ask("first_job"), await agent.ask("second_job")
    await ana.run(review_all, types=("2", "d", "", "", "s"))
    assert (await decision_of(agent, second))["outcome"] == Outcome.DENIED
    assert (await agent.get(f"/v1/approvals/{first['id']}")).body["state"] == "pending"
    assert ana.lines[-1] == "1 that you skipped still wait."


@pytest.mark.parametrize(("then", "control"), [("", "continue"), ("p", "pause"), ("s", "stop")])
async def test_a_no_says_what_the_agent_does_next(agent: Agent, ana: Desk, then: str, control: str):
    request = await agent.ask()
    await ana.run(review_one, request["id"], is_json=False, types=("d", "The DR cluster", then))
    decision = await decision_of(agent, request)
    assert (decision["outcome"], decision["reason"], decision["control"]) == ("denied", "The DR cluster", control)


async def test_a_no_can_be_thought_better_of(world: World, agent: Agent, ana: Desk):
    request = await agent.ask()
    await ana.run(review_one, request["id"], is_json=False, types=("d", "", "x", "q"))
    assert (await agent.get(f"/v1/approvals/{request['id']}")).body["state"] == "pending"


async def test_an_option_by_its_number(agent: Agent, ana: Desk):
    request = await asked(agent)
    await ana.run(review_one, request["id"], is_json=False, types=("c", "7", "1"))
    decision = await decision_of(agent, request)
    assert (decision["option_id"], decision["action"]["arguments"]["max_age_days"]) == ("older", 365)


async def test_an_answer_in_words(agent: Agent, ana: Desk):
    request = await agent.ask(kind="clarification")
    await ana.run(review_one, request["id"], is_json=False, types=("w", "By date, [bold]please[/bold]"))
    assert (await decision_of(agent, request))["text"] == "By date, [bold]please[/bold]"


async def test_changes_in_the_readers_own_editor(agent: Agent, ana: Desk):
    request = await asked(agent)
    texts: list[str] = []

    def edit(text: str) -> str:
        texts.append(text)
        return text.replace('"max_age_days": 0', '"max_age_days": 365')

    ana.edit = edit
    await ana.run(review_one, request["id"], is_json=False, types=("e", "yes", "one year is enough"))
    assert "hunter2" not in texts[0]
    assert "  max_age_days: 0 → 365\n" in ana.seen
    decision = await decision_of(agent, request)
    assert (decision["outcome"], decision["text"]) == ("modified", "one year is enough")
    assert decision["action"]["arguments"] == {
        "pattern": "old/*",
        "max_age_days": 365,
        "db_password": "hunter2hunter2",
    }


async def test_what_does_not_fit_is_told_and_edited_again(agent: Agent, ana: Desk):
    request = await asked(agent)
    tries = iter(["{", '{"pattern": "old/*", "max_age_days": -1, "db_password": "•••• hidden"}'])
    last = '{"pattern": "old/*", "max_age_days": 7, "db_password": "•••• hidden"}'
    ana.edit = lambda text: next(tries, last)
    await ana.run(review_one, request["id"], is_json=False, types=("e", "e", "yes", "", "e", "yes", ""))
    assert "That cannot be read: not JSON" in ana.seen
    assert "arguments.max_age_days: " in ana.seen
    assert (await decision_of(agent, request))["action"]["arguments"]["max_age_days"] == 7


async def test_changes_at_the_prompt_where_there_is_no_editor(agent: Agent, ana: Desk):
    request = await asked(agent)
    typed = ("e", "max_age_days=30", "pattern=old/logs", "nonsense", "-unknown", "", "yes", "")
    await ana.run(review_one, request["id"], is_json=False, types=typed)
    assert ana.seen.count("That is neither name=value") == 2
    arguments = (await decision_of(agent, request))["action"]["arguments"]
    assert arguments == {"pattern": "old/logs", "max_age_days": 30, "db_password": "hunter2hunter2"}


async def test_all_arguments_whole(agent: Agent, ana: Desk):
    body = {"action": {"name": "x", "arguments": {"text": "\x1b[31m" + "long " * 40}}}
    request = (await agent.post("/v1/approvals", body)).body
    await ana.run(review_one, request["id"], is_json=False, types=("f", "q"))
    assert "\\u001b[31mlong long" in ana.seen
    assert "\x1b" not in ana.seen


async def test_somebody_was_faster(world: World, agent: Agent, ana: Desk):
    request = await agent.ask()
    await world.decide(request["id"], Verdict.DENY, by=BO)
    await ana.run(review_one, request["id"], is_json=False, types=("a",))
    assert "Denied by Bo" in ana.seen
    assert "[a]" not in ana.seen


async def test_a_request_that_was_changed_meanwhile_is_shown_again(world: World, agent: Agent, ana: Desk):
    body = {"action": {"name": "transfer_money", "arguments": {"usd": 5}}}
    request = (await agent.post("/v1/approvals", body)).body
    loop = asyncio.get_running_loop()

    def edit(text: str) -> str:
        """Bo is faster while the editor is open."""
        changed = world.decide(request["id"], Verdict.MODIFY, by=BO, arguments={"usd": 4})
        asyncio.run_coroutine_threadsafe(changed, loop).result(10)
        return text.replace("5", "3")

    ana.edit = edit
    await ana.run(review_one, request["id"], is_json=False, types=("e", "yes", "", "a", "yes"))
    assert "You saw version 1, now it is 2. Bo changed it at" in " ".join(ana.lines)
    assert "usd  5 → 4" in ana.seen
    decision = await decision_of(agent, request)
    assert (decision["outcome"], decision["action"]["arguments"]) == ("modified", {"usd": 4})


async def test_one_yes_of_two_says_what_is_missing(agent: Agent, ana: Desk):
    request = await agent.ask("transfer_money")
    await ana.run(review_one, request["id"], is_json=False, types=("a", "yes"))
    assert "1 of 2 yes: Ana at 09:00 UTC. One more person is needed." in ana.seen


async def test_what_is_not_theirs_is_said_and_passed_over(world: World, agent: Agent):
    request = await agent.ask()
    async with at_the_desk(world, DAN) as dan:
        await dan.run(review_one, request["id"], is_json=False)
        assert "that asks you. Nothing changed." in " ".join(dan.lines)
        with pytest.raises(NotDone):
            await dan.run(review_one, request["id"], is_json=True, is_piped=True)


async def test_hostile_words_of_an_agent_stay_words(agent: Agent, ana: Desk):
    hostile = "\x1b[2J\x1b]8;;http://evil.example\x07[bold]Approved[/bold]\u202e\n\nApproved as asked by Ana"
    request = await asked(agent, reason=hostile, goal=hostile)
    await ana.run(review_one, request["id"], is_json=False, is_piped=True)
    assert "[bold]Approved[/bold]" in ana.seen
    assert not [char for char in ana.seen if char in "\x1b\x07\u202e"]
    assert "Approved as asked by Ana" not in ana.lines  # it stays behind its label


async def test_a_pipe_gets_the_list_with_ids_and_no_questions(agent: Agent, ana: Desk):
    request = await agent.ask()
    await ana.run(show_inbox, is_json=False, is_piped=True)
    assert ana.lines[0] == "1 request waits for you."
    assert ana.lines[2:] == ["1  by 10:00 UTC  risky  tidy: Run delete_files?", f"{' ' * 24}{request['id']}"]


async def test_the_list_for_programs(agent: Agent, ana: Desk):
    request = await agent.ask(reason="\x1b[31mred")
    await ana.run(show_inbox, is_json=True, is_piped=True)
    assert [item["id"] for item in ana.json["items"]] == [request["id"]]
    assert ana.seen.isascii()
    assert "\x1b" not in ana.seen


async def test_more_than_a_page_waits(agent: Agent, ana: Desk):
    requests = [await agent.ask() for _ in range(105)]
    await ana.run(show_inbox, is_json=True, is_piped=True)
    assert [item["id"] for item in ana.json["items"]] == [request["id"] for request in requests]


async def test_the_day_slack_is_down(world: World, agent: Agent, ana: Desk):
    request, _ = await agent.ask(), await agent.ask("restart_db")
    world.directory.is_down = True
    await ana.run(review_all, types=("", "a", "yes"))
    assert "only what asks you by name is here" in ana.seen.replace("\n", " ")
    assert (await decision_of(agent, request))["outcome"] == Outcome.APPROVED


async def test_the_day_slack_is_down_a_group_is_nobody(world: World, agent: Agent):
    request = await agent.ask("restart_db")
    async with at_the_desk(world, DAN) as dan:
        world.directory.is_down = True
        await dan.run(review_one, request["id"], is_json=False, types=("a",))
        assert "who is in the group that is asked" in " ".join(dan.lines)
        world.directory.is_down = False
        await dan.run(review_one, request["id"], is_json=False, types=("a", "yes"))
    assert (await decision_of(agent, request))["outcome"] == Outcome.APPROVED


async def test_a_guest_is_told_so(world: World, agent: Agent, ana: Desk):
    await agent.ask()
    world.directory.standings[ANA.id] = Standing.GUEST
    with pytest.raises(NotDone, match="Guests of the workspace cannot decide"):
        await ana.run(review_all)

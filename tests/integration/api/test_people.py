"""People's tools: what waits for somebody, with its card, and their word on it. The rules are those of a click."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from bot.domain.people import Person, Standing
from bot.domain.vote import Verdict
from tests.integration.api.world import ANA, BO, CHEN, DAN, EVE, OWEN, Agent, Json, Reply, World

PROBLEM = "urn:sayso:problem:"


@dataclass
class Tools:
    """People with personal tokens."""

    world: World
    holders: dict[str, Agent]

    def of(self, who: Person) -> Agent:
        return self.holders[who.id]

    async def decide(self, who: Person, asked: Json, verdict: str, revision: int = 1, **word: Any) -> Reply:
        body = {"verdict": verdict, "revision": revision, **word}
        return await self.of(who).post(f"/v1/approvals/{asked['id']}/decisions", body)

    async def read(self, who: Person, asked: Json) -> Reply:
        return await self.of(who).get(f"/v1/approvals/{asked['id']}")

    async def inbox(self, who: Person) -> list[str]:
        reply = await self.of(who).get("/v1/inbox")
        assert reply.status == 200, reply
        return [item["id"] for item in reply.body["items"]]


@pytest.fixture
async def tools(world: World) -> AsyncIterator[Tools]:
    people = [ANA, BO, CHEN, DAN, EVE, OWEN]
    async with (
        world.person(ANA) as ana,
        world.person(BO) as bo,
        world.person(CHEN) as chen,
        world.person(DAN) as dan,
        world.person(EVE) as eve,
        world.person(OWEN) as owen,
    ):
        holders = [ana, bo, chen, dan, eve, owen]
        yield Tools(world, {person.id: holder for person, holder in zip(people, holders, strict=True)})


async def test_an_inbox_has_what_somebody_is_asked_oldest_deadline_first(agent: Agent, tools: Tools):
    late, early = await agent.ask(), await agent.ask(deadline_seconds=600)
    live = await agent.ask("restart_db")
    assert await tools.inbox(ANA) == [early["id"], late["id"]]
    assert await tools.inbox(DAN) == [live["id"]]
    assert await tools.inbox(EVE) == []
    item = (await tools.of(ANA).get("/v1/inbox")).body["items"][0]
    assert (item["question"], item["agent"], item["due_at"]) == (
        "Run delete_files?",
        "cleanup-bot",
        "2026-11-20T09:10:00Z",
    )


async def test_an_inbox_is_read_page_by_page(agent: Agent, tools: Tools):
    asked = [(await agent.ask())["id"] for _ in range(3)]
    first = (await tools.of(ANA).get("/v1/inbox?limit=2")).body
    second = (await tools.of(ANA).get("/v1/inbox", params={"limit": "2", "after": first["next"]})).body
    assert [item["id"] for item in (*first["items"], *second["items"])] == asked
    assert (first["total"], second["total"], second["next"]) == (3, 3, None)


async def test_the_card_says_what_the_card_in_chat_says(agent: Agent, tools: Tools):
    options = [
        {"id": "old", "label": "Only older than a year", "consequence": "312 deleted", "arguments": {"days": 365}}
    ]
    asked = await agent.ask(
        reason="They match", impact={"summary": "847 files", "reversible": False}, environment="prod", options=options
    )
    review = (await tools.read(ANA, asked)).body
    card = review["card"]
    assert card["header"] == "Run delete_files?"
    assert [line["text"] for line in card["lines"]] == [
        "Dangerous · cannot be undone · production",
        "cleanup-bot asks Ana and Bo · answer by 10:00 UTC",
    ]
    assert [(section["label"], section["line"]["text"]) for section in card["sections"]] == [
        ("Impact", "847 files"),
        ("Why", "They match"),
    ]
    assert card["run"]["arguments"] == [{"name": "days", "value": "3"}]
    labels = [choice["label"] for choice in card["choices"]]
    assert labels == ["Only older than a year", "Approve as asked", "Deny", "No answer"]
    assert card["choices"][0]["option_id"] == "old"
    assert card["controls"] == ["choose", "approve", "modify", "deny", "answer"]
    assert card["confirmation"]["title"] == "This cannot be undone"
    assert card["foot"][-1]["text"].endswith(asked["id"])
    times = [part for line in card["lines"] for part in line["parts"] if part["voice"] == "time"]
    assert [part["at"] for part in times] == ["2026-11-20T10:00:00Z"]


async def test_an_agents_words_are_marked_as_others(agent: Agent, tools: Tools):
    asked = await agent.ask(reason="[bold]They[/bold] \x1b[31mmatch\u202e")
    (why,) = (await tools.read(ANA, asked)).body["card"]["sections"]
    assert why["line"]["parts"] == [
        {"text": "[bold]They[/bold] [31mmatch", "voice": "others", "style": "plain", "at": None}
    ]


async def test_secrets_and_claims_are_in_no_answer(agent: Agent, tools: Tools):
    secret = {"action": {"name": "x", "arguments": {"db_password": "hunter2hunter2", "days": 3}}}
    asked = (await agent.post("/v1/approvals", {**secret, "reason": "with hunter2hunter2"})).body
    before = await tools.read(ANA, asked)
    after = await tools.decide(ANA, asked, "approve")
    assert before.body["action"]["arguments"] == {"db_password": "•••• hidden", "days": 3}
    for reply in (before, after, await tools.of(ANA).get("/v1/inbox")):
        assert reply.status == 200
        assert "hunter2" not in str(reply.body)
        assert "clm_" not in str(reply.body)


async def test_a_yes_in_the_terminal_is_a_yes(agent: Agent, tools: Tools):
    asked = await agent.ask()
    reply = await tools.decide(ANA, asked, "approve")
    assert (reply.status, reply.body["outcome"], reply.body["card"]["controls"]) == (200, "approved", [])
    assert reply.body["decided"]["by"] == [{"surface": "terminal", "id": ANA.id, "name": "Ana"}]
    closed = (await agent.get(f"/v1/approvals/{asked['id']}")).body
    assert closed["decision"]["decided_by"] == [{"surface": "terminal", "id": ANA.id, "name": "Ana"}]
    assert closed["decision"]["claim"]


async def test_a_no_carries_its_reason_and_what_the_agent_does_next(agent: Agent, tools: Tools):
    asked = await agent.ask()
    reply = await tools.decide(BO, asked, "deny", reason="The DR cluster reads these", control="pause")
    assert reply.body["outcome"] == "denied"
    closed = (await agent.get(f"/v1/approvals/{asked['id']}")).body["decision"]
    assert (closed["reason"], closed["control"]) == ("The DR cluster reads these", "pause")


async def test_an_option_and_an_answer(agent: Agent, tools: Tools):
    options = [{"id": "old", "label": "Older", "consequence": "312", "arguments": {"days": 365}}]
    choosing, answering = await agent.ask(options=options), await agent.ask(kind="clarification")
    assert (await tools.decide(ANA, choosing, "choose", option_id="old")).body["outcome"] == "option_chosen"
    assert (await tools.decide(ANA, answering, "answer", text="By date")).body["outcome"] == "answered"
    assert (await agent.get(f"/v1/approvals/{answering['id']}")).body["decision"]["text"] == "By date"


async def test_an_edit_keeps_what_is_hidden(agent: Agent, tools: Tools):
    action = {"name": "x", "arguments": {"db": {"password": "hunter2hunter2", "name": "a"}, "days": 3}}
    asked = (await agent.post("/v1/approvals", {"action": action})).body
    shown = (await tools.read(ANA, asked)).body["action"]["arguments"]
    shown["days"] = 30
    reply = await tools.decide(ANA, asked, "modify", arguments=shown)
    assert reply.body["outcome"] == "modified"
    closed = (await agent.get(f"/v1/approvals/{asked['id']}")).body
    assert closed["decision"]["action"]["arguments"] == {
        "db": {"password": "hunter2hunter2", "name": "a"},
        "days": 30,
    }


async def test_an_edit_that_does_not_fit_is_told_argument_by_argument(agent: Agent, tools: Tools):
    schema = {"properties": {"days": {"type": "integer", "minimum": 0}}}
    action = {"name": "x", "arguments": {"days": 3}, "arguments_schema": schema}
    asked = (await agent.post("/v1/approvals", {"action": action})).body
    reply = await tools.decide(ANA, asked, "modify", arguments={"days": -1, "token_password": "•••• hidden"})
    assert (reply.status, reply.body["type"]) == (422, f"{PROBLEM}invalid-request")
    assert [error["field"] for error in reply.body["errors"]] == ["arguments.token_password", "arguments.days"]


async def test_two_yes_of_one_person_on_two_surfaces_are_one(world: World, agent: Agent, tools: Tools):
    asked = await agent.ask("transfer_money")
    await world.decide(asked["id"], by=ANA)  # in Slack
    again = await tools.decide(ANA, asked, "approve")
    assert (again.status, again.body["type"]) == (409, f"{PROBLEM}already-counted")
    assert again.body["detail"] == "Your yes is counted already: 1 of 2. Nothing changed."
    assert (await tools.decide(BO, asked, "approve")).body["outcome"] == "approved"


async def test_a_vote_in_the_terminal_counts_in_chat(world: World, agent: Agent, tools: Tools):
    asked = await agent.ask("transfer_money")
    await tools.decide(ANA, asked, "approve")
    decided = await world.decide(asked["id"], by=BO)
    assert decided.request.decision is not None
    assert [person.id for person in decided.request.decision.decided_by] == [ANA.id, BO.id]


async def test_the_owner_reads_and_does_not_decide(agent: Agent, tools: Tools):
    asked = await agent.ask("restart_db")
    review = await tools.read(OWEN, asked)
    assert (review.status, review.body["card"]["controls"]) == (200, [])
    reply = await tools.decide(OWEN, asked, "approve")
    assert (reply.status, reply.body["type"]) == (403, f"{PROBLEM}self-approval")
    assert reply.body["detail"].startswith("You own cleanup-bot, so somebody else has to decide this.")


async def test_what_others_are_asked_is_not_there(agent: Agent, tools: Tools):
    asked = await agent.ask()
    unknown = {"id": "apr_0"}
    for who in (EVE, DAN, CHEN):
        for reply in (
            await tools.read(who, asked),
            await tools.decide(who, asked, "approve"),
            await tools.decide(who, asked, "modify", arguments={}),
            await tools.of(who).post(f"/v1/approvals/{asked['id']}/open", {"revision": 1}),
        ):
            assert (reply.status, reply.body["type"]) == (404, f"{PROBLEM}not-found")
        theirs, nobodys = await tools.read(who, asked), await tools.read(who, unknown)
        assert theirs.body["detail"].replace(asked["id"], "apr_0") == nobodys.body["detail"]


async def test_who_comes_too_late_hears_who_was_faster(agent: Agent, tools: Tools):
    asked = await agent.ask()
    await tools.decide(ANA, asked, "deny")
    late, own = await tools.decide(BO, asked, "approve"), await tools.decide(ANA, asked, "approve")
    assert (late.status, late.body["type"]) == (409, f"{PROBLEM}already-closed")
    assert late.body["detail"] == "Ana denied this at 2026-11-20 09:00 UTC. Nothing changed."
    assert own.body["detail"] == "You denied this at 2026-11-20 09:00 UTC. Nothing changed."


async def test_a_word_on_what_was_changed_meanwhile_does_not_count(agent: Agent, tools: Tools):
    asked = await agent.ask("transfer_money")
    await tools.decide(ANA, asked, "modify", arguments={"days": 5})
    stale = await tools.decide(BO, asked, "approve", revision=1)
    assert (stale.status, stale.body["type"]) == (409, f"{PROBLEM}stale-revision")
    assert "Ana changed it at 2026-11-20 09:00 UTC. Look again, then decide." in stale.body["detail"]
    assert (await tools.decide(BO, asked, "approve", revision=2)).body["outcome"] == "modified"


async def test_a_verdict_the_agent_cannot_take_names_those_it_can(agent: Agent, tools: Tools):
    asked = await agent.ask(allowed_decisions=["approve", "deny"])
    reply = await tools.decide(ANA, asked, "answer", text="Maybe")
    assert reply.status == 422
    assert reply.body["errors"] == [
        {"field": "verdict", "message": "answer is not possible; the agent can take: approve, deny"}
    ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"verdict": "approve"}, "revision"),
        ({"verdict": "yes", "revision": 1}, "verdict"),
        ({"verdict": "deny", "revision": 1, "reson": "x"}, "reson"),
        ({"verdict": "deny", "revision": True}, "revision"),
        ({"verdict": "answer", "revision": 1, "text": "  "}, "text"),
        ({"verdict": "deny", "revision": 1, "reason": "a\x00b"}, "reason"),
    ],
)
async def test_a_bad_word_names_its_field(world: World, agent: Agent, tools: Tools, body: Json, field: str):
    asked = await agent.ask()
    reply = await tools.of(ANA).post(f"/v1/approvals/{asked['id']}/decisions", body)
    assert (reply.status, [error["field"] for error in reply.body["errors"]]) == (422, [field])
    assert world.rows()["votes"] == 0


async def test_looking_closely_stops_the_clock_of_silence(world: World, agent: Agent, tools: Tools):
    asked = await agent.ask("send_mail", environment="staging")
    assert asked["level"] == "soft_approval"
    opened = await tools.of(ANA).post(f"/v1/approvals/{asked['id']}/open", {"revision": 1})
    assert "Ana is looking" in " ".join(line["text"] for line in opened.body["card"]["lines"])
    request = await world.store.read(lambda work: work.requests.get(asked["id"]))
    assert request.opened_by is not None
    assert (request.opened_by.id, request.consent_at) == (ANA.id, None)


async def test_reading_decides_nothing_and_opens_nothing(world: World, agent: Agent, tools: Tools):
    asked = await agent.ask("send_mail", environment="staging")
    await tools.read(ANA, asked)
    await tools.inbox(ANA)
    request = await world.store.read(lambda work: work.requests.get(asked["id"]))
    assert (request.version, request.opened_by) == (1, None)


async def test_a_click_and_a_terminal_at_the_same_time_are_one_decision(world: World, agent: Agent, tools: Tools):
    asked = await agent.ask()
    await world.decide(asked["id"], Verdict.APPROVE, by=BO)
    reply = await tools.decide(ANA, asked, "deny")
    assert (reply.status, reply.body["type"]) == (409, f"{PROBLEM}already-closed")
    assert world.rows()["votes"] == 1


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (Standing.GUEST, "Guests of the workspace cannot decide or steer."),
        (Standing.STRANGER, "Members of other workspaces cannot decide or steer."),
        (Standing.GONE, "This account is no full member of the workspace any more."),
    ],
)
async def test_whoever_is_no_full_member_any_more_opens_nothing(
    world: World, agent: Agent, tools: Tools, standing: Standing, words: str
):
    """Ana is asked by name, and that does not help."""
    asked = await agent.ask()
    world.directory.standings[ANA.id] = standing
    for reply in (await tools.read(ANA, asked), await tools.decide(ANA, asked, "approve")):
        assert (reply.status, reply.body["type"]) == (403, f"{PROBLEM}not-a-member")
        assert reply.body["detail"] == f"{words} Nothing changed."
    assert world.rows()["votes"] == 0


async def test_while_slack_is_down_a_named_reviewer_decides(world: World, agent: Agent, tools: Tools):
    asked, _ = await agent.ask(), await agent.ask("restart_db")
    world.directory.is_down = True
    inbox = (await tools.of(ANA).get("/v1/inbox")).body
    assert ([item["id"] for item in inbox["items"]], inbox["is_partial"]) == ([asked["id"]], True)
    assert (await tools.decide(ANA, asked, "approve")).body["outcome"] == "approved"


async def test_while_slack_is_down_nobody_is_taken_for_a_member_of_a_group(world: World, agent: Agent, tools: Tools):
    asked = await agent.ask("restart_db")
    world.directory.is_down = True
    for reply in (await tools.read(DAN, asked), await tools.decide(DAN, asked, "approve")):
        assert (reply.status, reply.body["type"]) == (503, f"{PROBLEM}directory-unavailable")
        assert "who is in the group that is asked" in reply.body["detail"]
    world.directory.is_down = False
    assert (await tools.decide(DAN, asked, "approve")).body["outcome"] == "approved"

"""A digest on demand and what people do in its thread, with the real services behind it."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.action import Environment, Impact
from bot.domain.decision import Outcome
from bot.domain.people import Agent
from bot.domain.request import ApprovalRequest
from bot.domain.vote import Verdict
from bot.localslack.message import Message
from bot.services.raise_alert import RaiseAlert
from bot.slack.digest_ids import DigestVerb, PartTarget, parse_part_value, part_menu_value
from bot.slack.ids import ActionId, ClickTarget, value_of
from tests.integration.slack.agents.floor import Floor, buttons_of, title_of
from tests.integration.slack.requests import ANA, BO, CHANNEL, CHEN
from tests.support.policies import Person

DEE, ELI = "U05DEE", "U06ELI"  # a guest, and somebody of another workspace
ANA_HERSELF = Person(surface="slack", id=ANA, name="Ana")
HARMLESS = Impact(
    summary="60 files",
    reversible=True,
    external_effects=False,
    financial=False,
    personal_data=False,
    regulated=False,
)


async def an_agent(floor: Floor, name: str = "tidy") -> Agent:
    await floor.runs(name)
    return floor.agents[name]


async def alerts(floor: Floor, agent: Agent, *texts: str, kind: str = "cost") -> None:
    world = floor.world
    for text in texts:
        await RaiseAlert(world.store, world.policies, world.ids)(agent, kind=kind, text=text)
        world.clock.advance(timedelta(seconds=1))


async def asks_small(floor: Floor, agent: Agent, name: str = "move_files", **more: Any) -> ApprovalRequest:
    return await floor.world.ask(agent, name, environment=Environment.STAGING, **{"impact": HARMLESS, **more})


async def thread(floor: Floor, who: str = ANA) -> tuple[Message, list[Message]]:
    """Ask for a digest; the parent and its replies."""
    assert "on its way" in await floor.say(who, "/agent digest now")
    return await as_shown(floor)


async def as_shown(floor: Floor) -> tuple[Message, list[Message]]:
    await floor.shown()
    parents = [each for each in floor.slack.messages(CHANNEL) if "Open my inbox" in str(each.blocks)]
    replies = [each for each in floor.slack.messages(CHANNEL) if each.is_reply and each.thread_ts == parents[-1].ts]
    return parents[-1], replies


def body_of(message: Message) -> str:
    return str((message.blocks or [])[1])


async def test_a_digest_stands_in_the_channel_with_a_reply_for_each_agent(floor: Floor):
    tidy, shipper = await an_agent(floor), await an_agent(floor, "shipper")
    await alerts(floor, tidy, "over $10", "over $12")
    await alerts(floor, shipper, "0.52", kind="drift")
    parent, replies = await thread(floor)
    assert title_of(parent) == "Friday 20 November so far: a quiet day"
    assert "*3 alerts* from 2 agents, none urgent. Details in the thread." in body_of(parent)
    assert [title_of(reply) for reply in replies] == ["*tidy* · 2 alerts", "*shipper* · 1 alert"]
    assert "3 alerts" in parent.text
    assert "over $12" in body_of(replies[0])


async def test_words_of_agents_are_no_markup(floor: Floor):
    tidy = await an_agent(floor)
    await alerts(floor, tidy, "<!channel> *bold* <https://evil.example|click> :fire:")
    _, (reply,) = await thread(floor)
    rich = next(block for block in reply.blocks or [] if block["type"] == "rich_text")
    assert "<!channel> *bold* <https://evil.example|click> :fire:" in str(rich)
    assert "<!channel>" not in reply.text


async def test_where_nothing_happened_there_is_no_digest(floor: Floor):
    before = len(floor.slack.messages(CHANNEL))
    told = await floor.say(ANA, "/agent digest now")
    assert told.startswith("Nothing to tell. Since ")
    elsewhere = await floor.say(ANA, "/agent digest now", channel="C02DIGEST")
    assert "Agents ask in" in elsewhere
    await floor.shown()
    assert len(floor.slack.messages(CHANNEL)) == before


async def test_other_words_are_answered_with_how_to_ask(floor: Floor):
    assert "Type `/agent digest now`" in await floor.say(ANA, "/agent digest yesterday")


async def test_an_inbox_is_opened_for_the_one_who_clicks(floor: Floor):
    request = await asks_small(floor, await an_agent(floor))
    parent, _ = await thread(floor)
    await floor.press(ANA, parent, ActionId.OPEN_INBOX)
    assert "1 waits for you" in floor.private(ANA).text
    assert value_of(ClickTarget(request_id=request.id, revision=1)) in str(floor.private(ANA).blocks)
    await floor.press(BO, parent, ActionId.OPEN_INBOX)
    assert "Nothing waits for you" in floor.private(BO).text


async def test_all_but_one_are_approved_together(floor: Floor):
    tidy = await an_agent(floor)
    first, second, third = [await asks_small(floor, tidy, f"move_files_{n}") for n in range(3)]
    _, (reply,) = await thread(floor)
    assert buttons_of(reply)[0]["text"]["text"] == "Approve all except…"
    await floor.press(ANA, reply, ActionId.BULK_REVIEW)
    form = floor.modal(ANA)
    boxes = next(block["element"] for block in form.content["blocks"] if block["type"] == "input")
    assert [option["text"]["text"] for option in boxes["options"]] == [f"Run move_files_{n}" for n in range(3)]
    assert boxes["options"] == boxes["initial_options"]
    assert boxes["options"][0]["description"]["text"] == "staging · can be undone · 60 files"
    ticked = [option for option in boxes["options"] if second.id not in option["value"]]
    await floor.submit(ANA, {"which": {"ids": {"type": "checkboxes", "selected_options": ticked}}})
    assert "*2 approved*." in str(floor.modal(ANA).content)
    assert [(await floor.world.get(one.id)).outcome for one in (first, second, third)] == [
        Outcome.APPROVED,
        None,
        Outcome.APPROVED,
    ]
    _, (reply,) = await as_shown(floor)
    assert body_of(reply).count("· approved") == 2
    assert buttons_of(reply)[0]["text"]["text"] == "Approve all except…"


async def test_each_one_is_answered_by_itself(floor: Floor):
    tidy = await an_agent(floor)
    first, second = [await asks_small(floor, tidy, f"move_files_{n}") for n in range(2)]
    _, (reply,) = await thread(floor)
    await floor.press(ANA, reply, ActionId.BULK_REVIEW)
    await floor.world.say(first, Verdict.DENY, by=ANA_HERSELF)
    await floor.submit(ANA)
    said = str(floor.modal(ANA).content)
    assert "*1 approved*, 1 not." in said
    assert "You denied this at " in said
    assert (await floor.world.get(second.id)).outcome is Outcome.APPROVED


async def test_nothing_ticked_is_nothing_approved(floor: Floor):
    request = await asks_small(floor, await an_agent(floor))
    _, (reply,) = await thread(floor)
    await floor.press(ANA, reply, ActionId.BULK_REVIEW)
    await floor.submit(ANA, {"which": {"ids": {"type": "checkboxes", "selected_options": []}}})
    assert "Nothing was ticked" in str(floor.modal(ANA).content)
    assert (await floor.world.get(request.id)).outcome is None


async def test_more_than_ten_are_ticked_in_groups(floor: Floor):
    tidy = await an_agent(floor)
    requests = [await asks_small(floor, tidy, f"move_files_{n:02d}") for n in range(23)]
    _, (reply,) = await thread(floor)
    assert "13 more" in body_of(reply)
    await floor.press(ANA, reply, ActionId.BULK_REVIEW)
    inputs = [block for block in floor.modal(ANA).content["blocks"] if block["type"] == "input"]
    assert [len(block["element"]["options"]) for block in inputs] == [10, 10, 3]
    await floor.submit(ANA)
    assert "*23 approved*." in str(floor.modal(ANA).content)
    assert {(await floor.world.get(one.id)).outcome for one in requests} == {Outcome.APPROVED}


async def test_a_hard_one_has_no_place_in_the_form_and_a_forged_id_is_refused(floor: Floor):
    tidy = await an_agent(floor)
    hard = await floor.world.ask(tidy, "delete_files", impact=Impact(reversible=False))
    await asks_small(floor, tidy)
    _, (reply,) = await thread(floor)
    await floor.press(ANA, reply, ActionId.BULK_REVIEW)
    assert hard.id not in str(floor.modal(ANA).content)
    target = parse_part_value(buttons_of(reply)[0]["value"])
    answers = await floor.desk.services.digests.approve(
        target.digest_id, target.agent_id, [(hard.id, 1)], by=ANA_HERSELF
    )
    assert [type(answer.refusal).__name__ for answer in answers] == ["NotFound"]
    assert (await floor.world.get(hard.id)).outcome is None


async def test_who_is_not_asked_is_shown_nothing_to_tick(floor: Floor):
    await asks_small(floor, await an_agent(floor))
    _, (reply,) = await thread(floor)
    await floor.press(BO, reply, ActionId.BULK_REVIEW)
    assert "None of these waits for your word" in str(floor.modal(BO).content)
    assert "submit" not in floor.modal(BO).content


@pytest.mark.parametrize("who", [DEE, ELI])
async def test_who_is_no_full_member_does_nothing_here(floor: Floor, who: str):
    tidy = await an_agent(floor)
    request = await asks_small(floor, tidy)
    await alerts(floor, tidy, "over $10")
    _, (reply,) = await thread(floor)
    before = len(floor.slack.messages(CHANNEL))
    await floor.press(who, reply, ActionId.BULK_REVIEW)
    assert "Nothing was approved." in str(floor.modal(who).content)
    await choose(floor, who, reply, DigestVerb.MUTE, "cost")
    assert "can’t" in floor.private(who).text
    if who == DEE:  # whoever belongs to another workspace cannot even type it
        assert "can’t" in await floor.say(who, "/agent digest now")
    await floor.shown()
    assert len(floor.slack.messages(CHANNEL)) == before
    assert (await floor.world.get(request.id)).outcome is None


async def choose(floor: Floor, who: str, reply: Message, verb: DigestVerb, kind: str | None = None) -> None:
    menu = next(one for one in buttons_of(reply) if one["action_id"] == ActionId.ALERT_MORE)
    _, digest_id, agent_id, *_ = menu["options"][0]["value"].split(":")
    value = part_menu_value(verb, PartTarget(digest_id=digest_id, agent_id=agent_id, kind=kind))
    answer = await floor.slack.click(
        who, reply.channel_id, reply.ts, action_id=ActionId.ALERT_MORE, selected_option=value
    )
    assert answer.ok
    await floor.settle()


async def test_the_owner_mutes_a_kind_and_shows_it_again(floor: Floor):
    tidy = await an_agent(floor)
    await alerts(floor, tidy, "over $10")
    _, (reply,) = await thread(floor)
    await choose(floor, CHEN, reply, DigestVerb.MUTE, "cost")
    assert "cost alerts of tidy are muted until" in floor.private(CHEN).text
    _, (reply,) = await as_shown(floor)
    assert "Show cost alerts again" in str(reply.blocks)
    assert "muted until" in body_of(reply)
    await choose(floor, CHEN, reply, DigestVerb.SHOW, "cost")
    assert "cost alerts of tidy are shown again" in floor.private(CHEN).text
    _, (reply,) = await as_shown(floor)
    assert "Mute cost alerts for 7 days" in str(reply.blocks)


async def test_somebody_else_hears_who_may_mute(floor: Floor):
    await alerts(floor, await an_agent(floor), "over $10")
    _, (reply,) = await thread(floor)
    await choose(floor, BO, reply, DigestVerb.MUTE, "cost")
    assert "You can’t mute or show alerts of tidy. Chen owns it; operators can too." in floor.private(BO).text


async def test_the_agent_is_opened_from_its_reply(floor: Floor):
    await alerts(floor, await an_agent(floor), "over $10")
    _, (reply,) = await thread(floor)
    await choose(floor, ANA, reply, DigestVerb.OPEN)
    assert "tidy is running" in floor.private(ANA).text


async def test_the_same_command_delivered_twice_makes_one_digest(floor: Floor):
    await alerts(floor, await an_agent(floor), "over $10")
    written = [await floor.desk.services.digests.now(CHANNEL, by=ANA_HERSELF, once="the-same") for _ in range(2)]
    assert written[0] == written[1]
    await floor.shown()
    assert len([each for each in floor.slack.messages(CHANNEL) if "Open my inbox" in str(each.blocks)]) == 1


async def test_many_kinds_and_long_words_still_make_a_message(floor: Floor):
    tidy = await an_agent(floor)
    for n in range(14):
        await alerts(floor, tidy, *(f"{m} {'long words ' * 40}" for m in range(4)), kind=f"kind-{n:02d}")
    for n in range(12):
        await asks_small(floor, tidy, f"move_{n}_{'x' * 150}")
    _, (reply,) = await thread(floor)
    assert len(reply.blocks or []) == 3
    assert "Other kinds" in body_of(reply)

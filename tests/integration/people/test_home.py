"""App Home: what waits for me, decided from there; my agents; me."""

import json
from typing import Any

from bot.localslack.views import View
from tests.adversary.house import ANA, APPROVALS, BO, CHEN, OLGA, House, words_of

GUEST = "U05DEE"


async def home(house: House, who: str, *says: str) -> View:
    """The Home of a person, as soon as it says all of this."""
    found = house.slack.home(who)
    if found is None:
        house.slack.open_home(who)

    def shown() -> View | None:
        view = house.slack.home(who)
        return view if view is not None and all(one in words_of(view.content["blocks"]) for one in says) else None

    return await house.until(shown)


def buttons(view: View, request_id: str) -> list[str]:
    elements = [one for block in view.content["blocks"] for one in block.get("elements", ())]
    return [one["action_id"] for one in elements if one.get("value", "").startswith(f"{request_id}:")]


async def press(house: House, who: str, action_id: str, request: dict[str, Any] | None = None) -> None:
    view = house.slack.home(who)
    assert view is not None
    found = [
        block["block_id"]
        for block in view.content["blocks"]
        if any(
            one.get("action_id") == action_id and (request is None or one["value"].startswith(request["id"]))
            for one in [*block.get("elements", ()), block.get("accessory") or {}]
        )
    ]
    answer = await house.slack.click_in_home(who, action_id=action_id, block_id=found[0])
    assert answer.ok, answer


async def form(house: House, who: str, *says: str) -> View:
    def filled() -> View | None:
        view = house.slack.modal(who)
        return view if view is not None and all(one in json.dumps(view.content) for one in says) else None

    return await house.until(filled)


async def test_a_simple_one_is_approved_from_home_and_leaves_it(house: House):
    agent = await house.agent("shipper")
    request = await agent.ask("deploy", {"version": "2.1.0"}, action={"title": "Deploy v2.1.0"}, environment="prod")
    view = await home(house, ANA, "1 waits for you", "Deploy v2.1.0?")
    assert buttons(view, request["id"]) == ["approve", "open_request", "deny"]
    await press(house, ANA, "approve", request)
    await home(house, ANA, "Nothing waits for you")
    assert (await agent.read(request["id"]))["outcome"] == "approved"


async def test_a_dangerous_one_is_opened_before_a_yes(house: House):
    agent = await house.agent()
    request = await agent.ask("delete_files", {"path": "/"}, action={"title": "Delete all"}, environment="prod")
    view = await home(house, ANA, "Delete all?")
    assert buttons(view, request["id"]) == ["open_request", "deny"]
    await press(house, ANA, "open_request", request)
    opened = await form(house, ANA, "Delete all?", '"approve"')
    await house.slack.click_in_modal(ANA, opened.id, action_id="approve")
    await form(house, ANA, "Approved: Delete all")
    assert (await agent.read(request["id"]))["outcome"] == "approved"


async def test_a_no_from_an_opened_request_closes_both_forms(house: House):
    agent = await house.agent()
    request = await agent.ask("delete_files", {"path": "/"}, environment="prod")
    await home(house, ANA, "1 waits for you")
    await press(house, ANA, "open_request", request)
    opened = await form(house, ANA, '"deny"')
    await house.slack.click_in_modal(ANA, opened.id, action_id="deny")
    asked = await form(house, ANA, "Deny this request", "What should tidy do now?")
    await house.slack.submit(ANA, asked.id, {"reason": {"text": "No."}})
    await house.until(lambda: house.slack.modal(ANA) is None)
    assert (await agent.read(request["id"]))["outcome"] == "denied"


async def test_home_follows_what_others_decide(house: House):
    agent = await house.agent("shipper")
    first = await agent.ask("deploy", {"version": "1"}, environment="prod")
    await home(house, ANA, "1 waits for you")
    await agent.ask("deploy", {"version": "2"}, environment="prod")
    await house.card(first["id"])
    await home(house, ANA, "2 wait for you")


async def test_a_long_inbox_has_pages_and_the_oldest_deadline_comes_first(house: House):
    agent = await house.agent("shipper")
    for n in range(23):
        await agent.ask("deploy", {"n": n}, action={"title": f"Deploy number {n}"}, environment="prod")
    sooner = await agent.ask("deploy", action={"title": "Deploy at once"}, environment="prod", deadline_seconds=600)
    view = await home(house, ANA, "24 wait for you", "Deploy at once?")
    asked = [block for block in view.content["blocks"] if block["type"] == "rich_text"]
    assert len(asked) == 20
    assert "Deploy at once?" in words_of(asked[0])
    assert len(view.content["blocks"]) <= 100
    await press(house, ANA, "home_page_next")
    view = await home(house, ANA, "Deploy number 22?")
    assert sooner["id"] not in json.dumps(view.content)
    await press(house, ANA, "home_page_first")
    await home(house, ANA, "Deploy at once?")


async def test_an_owner_sees_their_agents_with_their_state(house: House):
    await (await house.agent("tidy")).call("POST", "/sessions", {"goal": "Free disk space"})
    view = await home(house, OLGA, "My agents", "tidy")
    assert "Free disk space" in words_of(view.content["blocks"])
    assert "My agents" not in words_of((await home(house, BO, "You are available")).content["blocks"])


async def test_whoever_sets_themselves_away_names_who_is_asked_and_comes_back(house: House):
    agent = await house.agent("shipper")
    request = await agent.ask("deploy", {"version": "1"}, environment="prod")
    await home(house, ANA, "You are available")
    await press(house, ANA, "away_open")
    asked = await form(house, ANA, "Who is asked instead?")
    await house.slack.submit(ANA, asked.id, {"backup": {"backup": CHEN}})
    view = await home(house, ANA, "You are away", "is asked instead")
    assert CHEN in json.dumps(view.content)
    copy = await house.until(
        lambda: [
            one for one in house.slack.messages(house.slack.direct_channel(CHEN)) if request["id"] in str(one.blocks)
        ]
    )
    assert "asks you" in words_of(copy[0].blocks)
    await press(house, ANA, "back")
    await home(house, ANA, "You are available")
    await house.slack.click(CHEN, copy[0].channel_id, copy[0].ts, action_id="approve")
    assert (await agent.read(request["id"]))["state"] == "pending"


async def test_a_token_from_home_is_shown_once_and_opens_the_inbox(house: House):
    await home(house, ANA, "Terminal")
    await press(house, ANA, "terminal")
    view = await form(house, ANA, "SAYSO_TOKEN=")
    token = words_of(view.content["blocks"]).split("SAYSO_TOKEN=")[1].split("\n")[0]
    status, inbox = await house.person(token).call("GET", "/inbox")
    assert (status, inbox["total"]) == (200, 0)


async def test_a_guest_has_nothing_there(house: House):
    agent = await house.agent("shipper")
    await agent.ask("deploy", {"version": "1"}, environment="prod")
    view = await home(house, GUEST, "Guests can’t")
    assert "Deploy" not in words_of(view.content["blocks"])
    assert APPROVALS not in json.dumps(view.content)

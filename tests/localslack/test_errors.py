"""Every row of the table of errors: a real call that is answered with that code."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
import pytest

from bot.localslack import Channel, Group, LocalSlack, Person
from bot.localslack.errors import ERRORS
from tests.localslack.specimens import of_bytes
from tests.localslack.world import ANA, APPROVALS, BO, SAYSO, Client, Clock, Json, button, card, home, modal, section


@dataclass(frozen=True)
class Scene:
    """What a scenario needs to provoke an error."""

    slack: LocalSlack
    clock: Clock
    client: Client
    card_ts: str

    async def call(self, method: str, **arguments: Any) -> Json:
        """The body of the answer, refusals included."""
        return await self.post(method, json=arguments)

    async def post(self, method: str, *, token: str | None = "xoxb-local", **request: Any) -> Json:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= request.pop("headers", {})
        url = self.slack.api_url + method
        async with aiohttp.ClientSession() as session, session.post(url, headers=headers, **request) as response:
            answer: Json = await response.json()
            return answer

    async def respond(self, url: str, **body: Any) -> Json:
        async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
            answer: Json = await response.json()
            return answer

    def click(self) -> Json:
        """The payload of a fresh click: with a trigger and a response_url."""
        return self.slack.click_payload(ANA, APPROVALS, self.card_ts, action_id="approve")

    async def opened(self, **more: Any) -> Json:
        """The view in the answer of views.open."""
        answer = await self.call("views.open", trigger_id=self.click()["trigger_id"], view=modal(**more))
        view: Json = answer["view"]
        return view


Scenario = Callable[[Scene], Awaitable[Json]]
SCENARIOS: dict[str, Scenario] = {}


def answers(code: str) -> Callable[[Scenario], Scenario]:
    def register(scenario: Scenario) -> Scenario:
        SCENARIOS[code] = scenario
        return scenario

    return register


def simply(code: str, method: str, **arguments: Any) -> None:
    SCENARIOS[code] = lambda scene: scene.call(method, **arguments)


POST = "chat.postMessage"
simply("unknown_method", "chat.shout")
simply("invalid_arguments", "conversations.history")
simply("invalid_limit", "conversations.history", channel=APPROVALS, limit="many")
simply("invalid_cursor", "users.list", cursor="page two")
simply("channel_not_found", POST, channel="C0NOWHERE", text="hello")
simply("invalid_types", "conversations.list", types="secret_channel")
simply("invalid_ts_oldest", "conversations.history", channel=APPROVALS, oldest="yesterday")
simply("invalid_ts_latest", "conversations.history", channel=APPROVALS, latest="today")
simply("thread_not_found", POST, channel=APPROVALS, text="hello", thread_ts="1.000001")
simply("users_list_not_supplied", "conversations.open")
simply("too_many_users", "conversations.open", users=",".join(f"U{i}" for i in range(9)))
simply("user_not_found", "users.info", user="U0NOBODY")
simply("cannot_dm_bot", "conversations.open", users=SAYSO)
simply("no_text", POST, channel=APPROVALS)
simply("msg_blocks_too_long", POST, channel=APPROVALS, text="t", blocks=[section("x" * 2900)] * 5)
simply("invalid_blocks", POST, channel=APPROVALS, text="t", blocks=[{"type": "sektion"}])
simply("invalid_blocks_format", POST, channel=APPROVALS, text="t", blocks="[[")
simply("invalid_attachments", POST, channel=APPROVALS, text="t", attachments="none")
simply("too_many_attachments", POST, channel=APPROVALS, text="t", attachments=[{}] * 101)
simply("invalid_metadata_format", POST, channel=APPROVALS, text="t", metadata="id 7")
simply("invalid_metadata_schema", POST, channel=APPROVALS, text="t", metadata={"event_type": "card"})
simply("message_not_found", "chat.update", channel=APPROVALS, ts="1.000001", text="hello")
simply("user_not_in_channel", "chat.postEphemeral", channel=APPROVALS, user="U0GUEST", text="psst")
simply("no_such_subteam", "usergroups.users.list", usergroup="S0NONE")
simply("invalid_trigger_id", "views.open", trigger_id="1.2.abc", view=modal())
simply("not_found", "views.update", view_id="V0NONE", view=modal())


@answers("not_authed")
async def call_without_a_token(scene: Scene) -> Json:
    return await scene.post("auth.test", token=None, json={})


@answers("invalid_auth")
async def call_with_a_foreign_token(scene: Scene) -> Json:
    return await scene.post("auth.test", token="xoxb-other", json={})


@answers("not_allowed_token_type")
async def open_a_socket_with_the_bots_token(scene: Scene) -> Json:
    return await scene.post("apps.connections.open")


@answers("insecure_request")
async def open_a_socket_with_get(scene: Scene) -> Json:
    headers = {"Authorization": f"Bearer {scene.slack.app_token}"}
    url = scene.slack.api_url + "apps.connections.open"
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as response:
        answer: Json = await response.json()
        return answer


@answers("missing_scope")
async def use_a_method_without_its_scope(scene: Scene) -> Json:
    scene.slack.workspace.scopes = ("chat:write",)
    return await scene.call("users.list")


@answers("invalid_json")
async def send_half_a_document(scene: Scene) -> Json:
    return await scene.post("api.test", data="{", headers={"Content-Type": "application/json"})


@answers("json_not_object")
async def send_a_list(scene: Scene) -> Json:
    return await scene.post("api.test", json=[])


@answers("invalid_charset")
async def send_bytes_that_are_no_text(scene: Scene) -> Json:
    return await scene.post("api.test", data=b"\xff", headers={"Content-Type": "application/json; charset=utf-8"})


@answers("invalid_post_type")
async def send_plain_text(scene: Scene) -> Json:
    return await scene.post("api.test", data="hello", headers={"Content-Type": "text/plain"})


@answers("ratelimited")
async def post_twice_in_a_second(scene: Scene) -> Json:
    scene.slack.pacing.enabled = True
    await scene.call(POST, channel=APPROVALS, text="one")
    return await scene.call(POST, channel=APPROVALS, text="two")


@answers("not_in_channel")
async def post_where_the_bot_is_not(scene: Scene) -> Json:
    scene.slack.workspace.channels.append(Channel("C09PEOPLE", "people-only", [ANA]))
    return await scene.call(POST, channel="C09PEOPLE", text="hello")


@answers("is_archived")
async def post_into_the_archive(scene: Scene) -> Json:
    scene.slack.workspace.channels[0].is_archived = True
    return await scene.call(POST, channel=APPROVALS, text="hello")


@answers("user_disabled")
async def open_direct_messages_with_somebody_who_left(scene: Scene) -> Json:
    scene.slack.workspace.people.append(Person("U09GONE", "gone", "Gone", deleted=True))
    return await scene.call("conversations.open", users="U09GONE")


@answers("msg_too_long")
async def edit_in_a_novel(scene: Scene) -> Json:
    return await scene.call("chat.update", channel=APPROVALS, ts=scene.card_ts, text="x" * 4001)


@answers("cant_update_message")
async def edit_what_a_person_wrote(scene: Scene) -> Json:
    written = scene.slack.write(ANA, APPROVALS, "mine")
    return await scene.call("chat.update", channel=APPROVALS, ts=written.ts, text="yours")


@answers("cant_delete_message")
async def delete_what_a_person_wrote(scene: Scene) -> Json:
    written = scene.slack.write(ANA, APPROVALS, "mine")
    return await scene.call("chat.delete", channel=APPROVALS, ts=written.ts)


@answers("plan_upgrade_required")
async def ask_for_groups_on_the_free_plan(scene: Scene) -> Json:
    scene.slack.workspace.has_groups = False
    return await scene.call("usergroups.list")


@answers("subteam_disabled")
async def ask_who_is_in_a_disabled_group(scene: Scene) -> Json:
    scene.slack.workspace.groups.append(Group("S09OLD", "old", "Old", [ANA], is_disabled=True))
    return await scene.call("usergroups.users.list", usergroup="S09OLD")


@answers("expired_trigger_id")
async def open_a_modal_too_late(scene: Scene) -> Json:
    trigger_id = scene.click()["trigger_id"]
    scene.clock.tick(3.001)
    return await scene.call("views.open", trigger_id=trigger_id, view=modal())


@answers("exchanged_trigger_id")
async def open_two_modals_with_one_trigger(scene: Scene) -> Json:
    trigger_id = scene.click()["trigger_id"]
    await scene.call("views.open", trigger_id=trigger_id, view=modal())
    return await scene.call("views.open", trigger_id=trigger_id, view=modal())


@answers("not_enabled")
async def publish_without_a_home_tab(scene: Scene) -> Json:
    scene.slack.workspace.has_home = False
    return await scene.call("views.publish", user_id=ANA, view=home())


@answers("view_too_large")
async def open_a_giant(scene: Scene) -> Json:
    return await scene.call("views.open", trigger_id=scene.click()["trigger_id"], view=of_bytes(250_001))


@answers("hash_conflict")
async def update_an_outdated_view(scene: Scene) -> Json:
    view = await scene.opened()
    await scene.call("views.update", view_id=view["id"], hash=view["hash"], view=modal())
    return await scene.call("views.update", view_id=view["id"], hash=view["hash"], view=modal())


@answers("push_limit_reached")
async def push_a_fourth_view(scene: Scene) -> Json:
    await scene.opened()
    for _ in range(2):
        await scene.call("views.push", trigger_id=scene.click()["trigger_id"], view=modal())
    return await scene.call("views.push", trigger_id=scene.click()["trigger_id"], view=modal())


@answers("duplicate_external_id")
async def give_two_views_one_name(scene: Scene) -> Json:
    await scene.opened(external_id="form")
    return await scene.call("views.push", trigger_id=scene.click()["trigger_id"], view=modal(external_id="form"))


@answers("invalid_url")
async def respond_to_nothing(scene: Scene) -> Json:
    return await scene.respond(f"{scene.slack.url}/response/123/abc", text="hello")


@answers("expired_url")
async def respond_half_an_hour_later(scene: Scene) -> Json:
    url = scene.click()["response_url"]
    scene.clock.tick(30 * 60 + 1)
    return await scene.respond(url, text="hello")


@answers("used_url")
async def respond_six_times(scene: Scene) -> Json:
    url = scene.click()["response_url"]
    for _ in range(5):
        assert (await scene.respond(url, text="hello"))["ok"]
    return await scene.respond(url, text="hello")


@pytest.fixture
def scene(slack: LocalSlack, clock: Clock, client: Client, card_ts: str) -> Scene:
    return Scene(slack, clock, client, card_ts)


def test_every_error_is_tested():
    assert SCENARIOS.keys() == ERRORS.keys()


@pytest.mark.parametrize("code", ERRORS)
async def test_the_error_is_answered(code: str, scene: Scene):
    answer = await SCENARIOS[code](scene)
    assert answer["ok"] is False
    assert answer["error"] == code
    assert scene.slack.calls[-1].outcome == code


async def test_a_refused_post_leaves_no_message(scene: Scene):
    before = [replace(message) for message in scene.slack.messages(APPROVALS)]
    for code in ("invalid_blocks", "invalid_metadata_schema", "thread_not_found", "no_text", "msg_too_long"):
        await SCENARIOS[code](scene)
    assert scene.slack.messages(APPROVALS) == before


async def test_a_trigger_works_until_its_three_seconds_are_over(scene: Scene):
    trigger_id = scene.click()["trigger_id"]
    scene.clock.tick(2.999)
    assert (await scene.call("views.open", trigger_id=trigger_id, view=modal()))["ok"]


async def test_a_refused_view_does_not_use_up_the_trigger(scene: Scene):
    trigger_id = scene.click()["trigger_id"]
    assert not (await scene.call("views.open", trigger_id=trigger_id, view={"type": "modal"}))["ok"]
    assert (await scene.call("views.open", trigger_id=trigger_id, view=modal()))["ok"]


async def test_a_malformed_trigger_is_an_argument_error(scene: Scene):
    answer = await scene.call("views.open", trigger_id="soon", view=modal())
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] invalid `trigger_id` [json-pointer:/trigger_id]"]


async def test_a_view_is_named_by_id_or_by_name_but_not_by_both(scene: Scene):
    view = await scene.opened(external_id="form")
    both = await scene.call("views.update", view_id=view["id"], external_id="form", view=modal())
    assert both["response_metadata"]["messages"] == ["[ERROR] Cannot provide both `view_id` and `external_id`"]
    assert (await scene.call("views.update", view=modal()))["error"] == "invalid_arguments"
    by_name = await scene.call("views.update", external_id="form", view=modal(external_id="form"))
    assert by_name["view"]["id"] == view["id"]


async def test_pacing_lets_one_post_a_second_into_each_channel(scene: Scene):
    scene.slack.pacing.enabled = True
    assert (await scene.call(POST, channel=APPROVALS, text="one"))["ok"]
    assert (await scene.call(POST, channel="C02DIGEST", text="other channel"))["ok"]
    async with aiohttp.ClientSession(headers={"Authorization": "Bearer xoxb-local"}) as session:
        form = {"channel": APPROVALS, "text": "two"}
        async with session.post(scene.slack.api_url + POST, data=form) as response:
            assert response.status == 429
            assert response.headers["Retry-After"] == "1"
            assert await response.json() == {"ok": False, "error": "ratelimited"}
    scene.clock.tick(1.0)
    assert (await scene.call(POST, channel=APPROVALS, text="two"))["ok"]


async def test_pacing_lets_fifty_edits_a_minute_into_the_workspace(scene: Scene):
    scene.slack.pacing.enabled = True
    for _ in range(50):
        assert (await scene.call("chat.update", channel=APPROVALS, ts=scene.card_ts, text="new"))["ok"]
    assert (await scene.call("chat.update", channel=APPROVALS, ts=scene.card_ts, text="new"))["error"] == "ratelimited"
    scene.clock.tick(60.0)
    assert (await scene.call("chat.update", channel=APPROVALS, ts=scene.card_ts, **card(button())))["ok"]


async def test_somebody_who_left_the_workspace_cannot_be_written_to(scene: Scene):
    scene.slack.workspace.person(BO).deleted = True  # type: ignore[union-attr]
    assert (await scene.call(POST, channel=BO, text="hello"))["error"] == "channel_not_found"

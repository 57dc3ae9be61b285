"""Slash commands, from the typed line to the answer, over both transports."""

from urllib.parse import parse_qsl

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.localslack import Channel, Command, LocalSlack, PersonRefused
from bot.localslack.workspace import SLACKBOT
from tests.localslack.conftest import Serve
from tests.localslack.world import ANA, APPROVALS, DEE, ELI, OPERATIONS, Json, button, card, modal, section


@pytest.fixture
def commands(either_app: AsyncApp) -> list[Json]:
    """What `/agent` was sent with; it is acknowledged without a word."""
    heard: list[Json] = []

    @either_app.command("/agent")
    async def on_agent(ack, body):
        heard.append(body)
        await ack()

    return heard


async def test_a_command_brings_slacks_fields_and_all_of_them_are_text(slack: LocalSlack, commands: list[Json]):
    answer = await slack.command(ANA, APPROVALS, "/agent  pause tidy ")
    assert answer.ok
    [sent] = commands
    assert sent.pop("trigger_id").count(".") == 2
    assert sent.pop("response_url").startswith(f"{slack.url}/response/")
    assert sent == {
        "token": "local-verification-token",
        "team_id": "T01PRACTICE",
        "team_domain": "practice",
        "channel_id": APPROVALS,
        "channel_name": "agent-approvals",
        "user_id": ANA,
        "user_name": "ana",
        "command": "/agent",
        "text": "pause tidy",
        "api_app_id": "A00SAYSO",
        "is_enterprise_install": "false",
    }
    assert slack.ephemerals(ANA) == []
    assert slack.messages(APPROVALS) == []


async def test_on_the_wire_a_command_is_a_signed_form(slack: LocalSlack, serve: Serve):
    heard: list[dict[str, str]] = []

    async def receive(http_request: web.Request) -> web.Response:
        assert http_request.content_type == "application/x-www-form-urlencoded"
        heard.append(dict(parse_qsl(await http_request.text(), keep_blank_values=True)))
        return web.Response()

    application = web.Application()
    application.router.add_post("/", receive)
    slack.deliver_to(await serve(application) + "/")
    assert (await slack.command(ANA, APPROVALS, "/APPROVALS")).ok
    assert (heard[0]["command"], heard[0]["text"]) == ("/approvals", "")


async def test_in_socket_mode_a_command_is_an_envelope_that_takes_an_answer(slack: LocalSlack):
    await slack.command(ANA, APPROVALS, "/agent list")
    envelope = slack.deliveries[-1].envelope
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("away backup @bo", "away backup <@U03BO|bo>"),
        ("away backup @Bo, please", "away backup <@U03BO|bo>, please"),
        (
            "ask @platform-oncall in #operations.",
            f"ask <!subteam^S01ONCALL|@platform-oncall> in <#{OPERATIONS}|operations>.",
        ),
        ("tell @here and @nobody", "tell <!here> and @nobody"),
        ("steer 1 < 2 & <@U03BO>", "steer 1 &lt; 2 &amp; &lt;@U03BO&gt;"),
        ("see https://example.com/a?b=1&c=2", "see <https://example.com/a?b=1&amp;c=2>"),
        ("mail a@bo.example", "mail a@bo.example"),
    ],
)
async def test_people_places_and_links_get_their_ids(slack: LocalSlack, typed: str, text: str):
    assert slack.command_payload(ANA, APPROVALS, f"/agent {typed}")["text"] == text


async def test_a_command_that_does_not_escape_gets_the_words_as_typed(slack: LocalSlack):
    slack.workspace.commands.append(Command("/plain", "As typed"))
    sent = slack.command_payload(ANA, APPROVALS, "/plain @bo in #operations")
    assert sent["text"] == "@bo in #operations"


async def test_where_it_was_typed_is_named(slack: LocalSlack):
    slack.workspace.channels.append(Channel("C09SECRET", "secret", [ANA], is_private=True))
    direct = slack.direct_channel(ANA)
    names = [slack.command_payload(ANA, place, "/agent")["channel_name"] for place in ("C09SECRET", direct)]
    assert names == ["privategroup", "directmessage"]


async def test_a_command_works_where_the_bot_is_not(slack: LocalSlack, either_app: AsyncApp):
    slack.workspace.channels.append(Channel("C09PEOPLE", "people-only", [ANA]))

    @either_app.command("/agent")
    async def on_agent(ack):
        await ack("Nobody is at work.")

    assert (await slack.command(ANA, "C09PEOPLE", "/agent list")).ok
    assert [message.text for message in slack.ephemerals(ANA)] == ["Nobody is at work."]


async def test_an_answer_is_private_unless_it_says_otherwise(slack: LocalSlack, either_app: AsyncApp):
    @either_app.command("/agent")
    async def on_agent(ack, command):
        if command["text"] == "list":
            await ack(text="tidy", blocks=[section("*tidy*")])
        else:
            await ack(text="tidy is pausing.", response_type="in_channel")

    await slack.command(ANA, APPROVALS, "/agent list")
    [private] = slack.ephemerals(ANA)
    assert (private.text, private.blocks[0]["text"]["text"]) == ("tidy", "*tidy*")
    assert slack.messages(APPROVALS) == []
    await slack.command(ANA, APPROVALS, "/agent pause tidy")
    shown = [(message.user_id, message.text) for message in slack.messages(APPROVALS)]
    assert shown == [(ANA, "/agent pause tidy"), (slack.workspace.bot_user_id, "tidy is pausing.")]


async def test_an_answer_can_come_later_by_its_url_five_times(slack: LocalSlack, commands: list[Json]):
    await slack.command(ANA, APPROVALS, "/agent list")
    webhook = AsyncWebhookClient(commands[0]["response_url"])
    for word in ("one", "two", "three", "four"):
        assert (await webhook.send(text=word)).status_code == 200
    await webhook.send(text="five", response_type="in_channel")
    assert (await webhook.send(text="six")).status_code == 404
    assert [message.text for message in slack.ephemerals(ANA)] == ["one", "two", "three", "four"]
    assert [message.text for message in slack.messages(APPROVALS)] == ["five"]


async def test_a_private_answer_has_buttons_that_can_be_clicked_and_can_be_taken_away(
    slack: LocalSlack, either_app: AsyncApp
):
    @either_app.command("/agent")
    async def on_agent(ack):
        await ack(**card(button("pause", "Pause tidy")))

    @either_app.action("pause")
    async def on_pause(ack, body, respond):
        assert body["container"]["is_ephemeral"]
        assert "message" not in body
        await ack()
        await respond(delete_original=True)

    await slack.command(ANA, APPROVALS, "/agent pause tydi")
    [offer] = slack.ephemerals(ANA)
    assert (await slack.click(ANA, APPROVALS, offer.ts, action_id="pause")).ok
    await slack.until(lambda: not slack.ephemerals(ANA))


async def test_a_command_can_open_a_modal(slack: LocalSlack, either_app: AsyncApp):
    @either_app.command("/agent")
    async def on_agent(ack, body, client):
        await client.views_open(trigger_id=body["trigger_id"], view=modal())
        await ack()

    assert (await slack.command(ANA, APPROVALS, "/agent steer tidy")).ok
    assert slack.modal(ANA) is not None


async def test_slackbot_says_when_the_app_was_too_slow(slack: LocalSlack, either_app: AsyncApp):
    @either_app.command("/agent")
    async def on_agent(ack):
        await slack.until(lambda: slack.ephemerals(ANA))
        await ack()

    slack.acknowledge_within(0.05)
    answer = await slack.command(ANA, APPROVALS, "/agent list")
    assert (answer.ok, answer.error) == (False, "/agent failed with the error “operation_timeout”")
    [word] = slack.ephemerals(ANA)
    assert (word.user_id, word.text) == (SLACKBOT, answer.error)


@pytest.mark.parametrize(("status", "error"), [(404, "http_client_error"), (500, "http_service_error")])
async def test_slackbot_says_when_the_app_failed(slack: LocalSlack, serve: Serve, status: int, error: str):
    async def fail(_: web.Request) -> web.Response:
        return web.Response(status=status)

    application = web.Application()
    application.router.add_post("/", fail)
    slack.deliver_to(await serve(application) + "/")
    answer = await slack.command(ANA, APPROVALS, "/agent list")
    assert answer.error == f"/agent failed with the error “{error}”"


async def test_slackbot_says_when_the_app_is_away(slack: LocalSlack):
    answer = await slack.command(ANA, APPROVALS, "/agent list")
    assert answer.error == "/agent failed with the error “dispatch_failed”"


async def test_an_answer_slack_cannot_show_is_a_failure(slack: LocalSlack, either_app: AsyncApp):
    @either_app.command("/agent")
    async def on_agent(ack):
        await ack(text="t", blocks=[{"type": "sektion"}])

    answer = await slack.command(ANA, APPROVALS, "/agent list")
    assert answer.error == "/agent failed with the error “invalid_command_response”"
    assert "invalid_blocks" in (answer.reason or "")
    assert slack.calls[-1].outcome == answer.reason


async def test_an_undeclared_command_is_not_sent(slack: LocalSlack, commands: list[Json]):
    with pytest.raises(PersonRefused, match=r"^/deploy is not a valid command"):
        await slack.command(ANA, APPROVALS, "/deploy now")
    assert slack.deliveries == []


async def test_guests_may_command_and_people_of_other_workspaces_may_not(slack: LocalSlack, commands: list[Json]):
    assert (await slack.command(DEE, APPROVALS, "/agent list")).ok
    assert commands[0]["user_id"] == DEE
    with pytest.raises(PersonRefused, match="not a valid command"):
        await slack.command(ELI, APPROVALS, "/agent list")
    with pytest.raises(PersonRefused, match="not in this conversation"):
        await slack.command(DEE, OPERATIONS, "/agent list")

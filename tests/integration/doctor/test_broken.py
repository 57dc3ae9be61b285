"""What is broken is named, with what to do about it."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import system
from bot.app import Server, Wishes
from bot.app.doctor import State
from tests.integration.doctor.ward import APPROVALS, NO_CARD, OPERATIONS, SELF_SIGNED, SOON, Ward

ONLY_HTTP = pytest.mark.parametrize("transport", ["http"])
ONLY_SOCKETS = pytest.mark.parametrize("transport", ["socket"])
NOWHERE = "http://127.0.0.1:9"


# Slack


async def test_a_bad_token(ward: Ward):
    visit = await ward.visit(slack_bot_token=SecretStr("xoxb-wrong"))
    found = visit.failed("token")
    assert found.what == "SLACK_BOT_TOKEN is not known to Slack"
    assert "Bot User OAuth Token" in (found.fix or "")
    assert {one.state for name in ("channels", "groups", "people") for one in visit.of(name)} == {State.NOT_TRIED}


async def test_a_missing_scope_is_named_with_its_reason(ward: Ward):
    ward.slack.workspace.scopes = tuple(each for each in ward.slack.workspace.scopes if each != "usergroups:read")
    visit = await ward.visit()
    found = visit.failed("scopes")
    assert "usergroups:read (who is in a user group" in found.what
    assert "sayso manifest" in (found.fix or "")
    assert "S01ONCALL" in visit.failed("groups").what


async def test_slack_is_away(ward: Ward):
    visit = await ward.visit(slack_api_url=f"{NOWHERE}/api/")
    assert "cannot be asked" in visit.failed("token").what
    assert "HTTPS_PROXY" in (visit.failed("token").fix or "")


async def test_slack_asks_to_wait(ward: Ward):
    ward.slack.faults.rate_limit("conversations.history", retry_after=30)
    visit = await ward.visit()
    (found,) = visit.of("channels", State.WARNING)
    assert "Slack asks to wait" in found.what
    assert visit.is_well


# The policy


async def test_a_channel_that_is_not_there(ward: Ward):
    visit = await ward.visit(policies=ward.policy(C01APPROVALS="C09NOWHERE"))
    found = visit.failed("channels")
    assert found.what.startswith("C09NOWHERE (ladder ")
    assert "no such channel" in found.what
    assert visit.of("channels", State.OK)[0].what == "the bot is in 1 channel of the policy"


async def test_the_bot_is_not_in_a_channel(ward: Ward):
    channel = ward.slack.workspace.channel(APPROVALS)
    assert channel is not None
    channel.members.remove("U00SAYSO")
    found = (await ward.visit()).failed("channels")
    assert "is not in it" in found.what
    assert "/invite @sayso" in (found.fix or "")


async def test_a_user_group_that_is_gone(ward: Ward):
    visit = await ward.visit(policies=ward.policy(S01ONCALL="S09GONE"))
    (found,) = visit.of("groups", State.WARNING)
    assert found.what == "the workspace has no user group S09GONE (Platform on-call); Ana, Bo are asked instead"


async def test_a_user_group_with_nobody_in_it(ward: Ward):
    group = ward.slack.workspace.group("S01ONCALL")
    assert group is not None
    group.members.clear()
    assert "has no members" in (await ward.visit()).failed("groups").what


async def test_people_who_may_not_decide(ward: Ward):
    visit = await ward.visit(policies=ward.policy(U04CHEN="U05DEE", U03BO="U99NOBODY"))
    guest, nobody = sorted(one.what for one in visit.of("people", State.FAILED))
    assert guest == "U05DEE (Chen) is a guest, who may not decide"
    assert nobody == "U99NOBODY (Bo) is not in the workspace, or is deactivated"
    assert visit.of("people", State.OK)[0].what == "1 person of the policy is a full member"


async def test_every_problem_of_a_policy_has_its_line(ward: Ward):
    visit = await ward.visit(policies=ward.policy(**{"default_ladder: standard": "default_ladder: none"}))
    assert ":47:17: found the unknown ladder" in visit.failed("policy").what
    assert [one.state for one in visit.of("channels")] == [State.NOT_TRIED]


async def test_the_shipped_policy_is_named_where_nobody_chose_one(ward: Ward):
    visit = await ward.visit(policies=None)
    (found,) = visit.of("policy", State.WARNING)
    assert "made up" in found.what
    assert visit.is_well


# The database


@ONLY_HTTP
async def test_a_database_that_does_not_answer(ward: Ward):
    url = "postgresql://me:geheim@127.0.0.1:9/sayso"
    found = (await ward.visit(database_url=url)).failed("database")
    assert "sayso at 127.0.0.1:9" in found.what
    assert "geheim" not in str(found)
    assert "PostgreSQL runs" in (found.fix or "")


@ONLY_HTTP
async def test_a_file_that_is_not_there_is_not_made(ward: Ward):
    path = ward.folder / "none.db"
    found = (await ward.visit(database_url=f"sqlite:///{path}")).failed("database")
    assert "there is no file" in found.what
    assert not path.exists()


@ONLY_HTTP
async def test_a_file_that_is_no_database(ward: Ward):
    path = ward.folder / "text.db"
    path.write_text("hello")
    assert "not a database" in (await ward.visit(database_url=f"sqlite:///{path}")).failed("database").what


@ONLY_HTTP
async def test_a_folder_that_is_not_there(ward: Ward):
    visit = await ward.visit(database_url=f"sqlite:///{ward.folder}/none/sayso.db")
    assert "there is no folder" in visit.failed("disk").what


@ONLY_HTTP
@pytest.mark.parametrize(
    ("revision", "state", "words"),
    [
        ("0002", State.FAILED, "older version"),
        ("0999", State.OK, "a newer version, which this one works with"),
        ("2-0001", State.FAILED, "cannot work with"),
    ],
)
async def test_a_schema_of_another_version(ward: Ward, revision: str, state: State, words: str):
    found = (await ward.visit(database_url=of_version(ward, revision))).of("database")[0]
    assert found.state is state
    assert words in found.what


@ONLY_HTTP
async def test_a_database_that_cannot_be_written(ward: Ward):
    path = Path(of_version(ward, None).removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON probes BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    found = (await ward.visit(database_url=f"sqlite:///{path}")).failed("database")
    assert found.what == "cannot be written: disk full"


@ONLY_HTTP
async def test_a_file_on_a_host_that_loses_files(ward: Ward):
    visit = await ward.visit(hosted_on="web.1")
    (found,) = visit.of("disk", State.WARNING)
    assert "loses its local files" in found.what
    assert "DATABASE_URL" in (found.fix or "")


# The server and the way


async def test_no_server_runs(ward: Ward):
    visit = await ward.visit(SELF_SIGNED, url=NOWHERE)
    assert "Start `sayso serve`" in (visit.failed("server").fix or "")
    assert [one.state for one in visit.of("way back")] == [State.NOT_TRIED]
    assert ward.cards == []


async def test_something_else_answers(ward: Ward):
    assert "something else than Sayso" in (await ward.visit(url=ward.slack.url)).failed("server").what


async def test_a_server_that_is_not_ready(ward: Ward):
    with closing(sqlite3.connect(ward.server.settings.sqlite_path, isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '2-0001'")
        found = (await ward.visit()).failed("server")
    assert "is not ready: database: the database has another version's schema" in found.what


@ONLY_HTTP
async def test_the_server_has_another_signing_secret(ward: Ward):
    found = (await ward.visit(slack_signing_secret=SecretStr("another"))).failed("signature")
    assert "refuses what is signed" in found.what
    assert "Basic Information" in (found.fix or "")


@ONLY_HTTP
async def test_server_and_doctor_share_a_wrong_signing_secret(ward: Ward):
    """Only a press that Slack itself brings can tell."""
    settings = ward.server.settings.model_copy(
        update={
            "slack_signing_secret": SecretStr("wrong"),
            "database_url": f"sqlite:///{ward.folder}/wrong.db",
        }
    )
    async with Server.running(settings) as server:
        ward.slack.deliver_to(f"{server.url}/slack/events")
        wrong = Ward(ward.slack, server, ward.transport, ward.folder)
        assert (await wrong.visit(SELF_SIGNED)).is_well
        found = (await wrong.visit(Wishes(wait=SOON), meanwhile=wrong.press)).failed("way back")
    assert "signature does not fit the server's SLACK_SIGNING_SECRET" in found.what
    assert "Signing Secret" in (found.fix or "")


@ONLY_HTTP
async def test_the_server_uses_socket_mode_and_the_doctor_does_not(ward: Ward):
    ward.slack.use_socket_mode()
    settings = ward.server.settings.model_copy(
        update={
            "slack_app_token": SecretStr(ward.slack.app_token),
            "database_url": f"sqlite:///{ward.folder}/sockets.db",
        }
    )
    async with Server.running(settings) as server:
        found = (await ward.visit(url=server.url)).failed("signature")
    assert "that server uses Socket Mode" in found.what


@ONLY_SOCKETS
async def test_a_wrong_app_token(ward: Ward):
    found = (await ward.visit(slack_app_token=SecretStr("xapp-wrong"))).failed("socket mode")
    assert found.what == "SLACK_APP_TOKEN is not known to Slack"
    assert "Socket Mode" in (found.fix or "")


@ONLY_SOCKETS
async def test_sockets_that_do_not_open(ward: Ward):
    ward.slack.faults.answer("apps.connections.open", "internal_error")
    assert "Slack has trouble" in (await ward.visit()).failed("socket mode").what


async def test_the_server_uses_another_database(ward: Ward):
    visit = await ward.visit(Wishes(wait=SOON), meanwhile=ward.press, database_url=of_version(ward, None))
    assert "another database" in visit.failed("way back").what
    (told,) = await ward.slack.until(lambda: ward.slack.ephemerals("U02ANA"))
    assert "does not know the test" in told.text


async def test_nobody_presses(ward: Ward):
    found = (await ward.visit(Wishes(wait=SOON))).failed("way back")
    assert "Interactivity & Shortcuts" in (found.fix or "")


async def test_interactivity_leads_nowhere(ward: Ward):
    async def press() -> None:
        card = ward.cards[-1]
        ward.slack.deliver_to(f"{NOWHERE}/slack/events")
        await ward.slack.click("U02ANA", OPERATIONS, card.ts, action_id="probe")

    found = (await ward.visit(Wishes(wait=SOON), meanwhile=press)).failed("way back")
    assert found.what == "no press was heard within 0.4 s"


async def test_a_card_that_is_not_drawn_anew(ward: Ward):
    ward.slack.faults.answer("chat.update", "internal_error")
    visit = await ward.visit(Wishes(is_self_signed=True, wait=SOON))
    (found,) = visit.of("way back", State.WARNING)
    assert "the card does not show it" in found.what
    assert "server logs" in (found.fix or "")


async def test_a_channel_that_takes_no_card(ward: Ward):
    found = (await ward.visit(Wishes(channel="C09NOWHERE"))).failed("way back")
    assert "no card in C09NOWHERE" in found.what


async def test_ctrl_c_takes_the_button_away(ward: Ward):
    is_asked = asyncio.Event()

    async def asked() -> None:
        is_asked.set()

    visit = asyncio.create_task(ward.visit(Wishes(), meanwhile=asked))
    await is_asked.wait()
    visit.cancel()
    with pytest.raises(asyncio.CancelledError):
        await visit
    assert "No press was heard" in ward.cards[-1].text


# The clock and e-mail


@ONLY_HTTP
@pytest.mark.parametrize(
    ("ahead", "state", "words"),
    [
        (timedelta(seconds=30), State.WARNING, "30 s ahead of Slack's"),
        (timedelta(minutes=-10), State.FAILED, "10 min behind Slack's: signed requests are refused"),
        (timedelta(hours=3), State.FAILED, "3 h ahead of Slack's"),
    ],
)
async def test_a_clock_that_is_off(ward: Ward, ahead: timedelta, state: State, words: str):
    visit = await ward.visit(now=lambda: system.now() + ahead)
    (found,) = visit.of("clock")
    assert found.state is state
    assert words in found.what
    assert "NTP" in (found.fix or "")


@ONLY_HTTP
async def test_a_mail_server_that_refuses(ward: Ward):
    found = (await ward.visit(smtp_url=SecretStr("smtp://127.0.0.1:9"))).failed("e-mail")
    assert "no answer from the mail server" in found.what
    assert "SAYSO_SMTP_URL" in (found.fix or "")


@ONLY_HTTP
async def test_a_mail_address_that_cannot_be_used(ward: Ward):
    found = (await ward.visit(smtp_url=SecretStr("smtp://mail.example.com:0x?from=nobody"))).failed("e-mail")
    assert found.what.startswith("SAYSO_SMTP_URL has no valid port")


@ONLY_HTTP
async def test_addresses_without_a_mail_server(ward: Ward):
    policy = ward.policy(**{"emails: []": "emails: [ops@example.com]"})
    (found,) = (await ward.visit(NO_CARD, policies=policy)).of("e-mail")
    assert found.state is State.WARNING


def of_version(ward: Ward, revision: str | None) -> str:
    """The address of a copy of the server's database, changed to another revision where one is given."""
    copy = ward.folder / "copy.db"
    with closing(sqlite3.connect(ward.server.settings.sqlite_path)) as there, closing(sqlite3.connect(copy)) as here:
        there.backup(here)
    if revision is not None:
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", [revision])
    return f"sqlite:///{copy}"

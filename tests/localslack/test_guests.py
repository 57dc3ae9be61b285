"""Guests, people of other workspaces, and people who have left: how Slack tells them from members."""

import pytest
from slack_sdk.errors import SlackApiError

from bot.localslack import LocalSlack, Person
from tests.localslack.receiver import Receiver
from tests.localslack.world import ANA, APPROVALS, DEE, DIGEST, ELI, SAYSO, Client, modal, text_input


async def test_a_member_is_neither_restricted_nor_a_stranger(client: Client):
    user = (await client.users_info(user=ANA))["user"]
    assert (user["is_restricted"], user["is_ultra_restricted"], user["team_id"]) == (False, False, "T01PRACTICE")
    assert "is_stranger" not in user


async def test_a_guest_is_restricted_and_one_of_a_single_channel_ultra_restricted(client: Client, slack: LocalSlack):
    slack.workspace.people.append(Person("U07FAY", "fay", "Fay", is_single_channel_guest=True))
    dee, fay = [(await client.users_info(user=user))["user"] for user in (DEE, "U07FAY")]
    assert (dee["is_restricted"], dee["is_ultra_restricted"]) == (True, False)
    assert (fay["is_restricted"], fay["is_ultra_restricted"]) == (True, True)


async def test_somebody_of_another_workspace_is_a_stranger_unless_a_channel_is_shared(
    client: Client, slack: LocalSlack
):
    eli = (await client.users_info(user=ELI))["user"]
    assert (eli["team_id"], eli["is_stranger"], eli["profile"]["team"]) == ("T02PARTNER", False, "T02PARTNER")
    slack.workspace.channels[0].members.remove(ELI)
    assert (await client.users_info(user=ELI))["user"]["is_stranger"] is True


async def test_of_somebody_who_left_little_is_told(client: Client, slack: LocalSlack):
    slack.workspace.people.append(Person("U09GONE", "gone", "Gone", deleted=True))
    user = (await client.users_info(user="U09GONE"))["user"]
    assert (user["deleted"], user["is_bot"]) == (True, False)
    assert not user.keys() & {"is_restricted", "is_admin", "tz", "is_stranger"}


async def test_a_bot_says_so(client: Client):
    assert (await client.users_info(user=SAYSO))["user"]["is_bot"] is True


async def test_nobody_is_found_under_no_name_or_a_wrong_one(client: Client):
    for user in ("", "U0NOBODY", APPROVALS):
        with pytest.raises(SlackApiError, match="user_not_found"):
            await client.users_info(user=user)


async def test_a_channel_with_somebody_of_another_workspace_is_shared(client: Client):
    shared = (await client.conversations_info(channel=APPROVALS))["channel"]
    own = (await client.conversations_info(channel=DIGEST))["channel"]
    assert (shared["is_ext_shared"], own["is_ext_shared"]) == (True, False)
    assert shared["shared_team_ids"] == ["T01PRACTICE", "T02PARTNER"]


async def test_a_click_from_another_workspace_names_both(slack: LocalSlack, receiver: Receiver, card_ts: str):
    await slack.click(ELI, APPROVALS, card_ts, action_id="approve")
    [sent] = receiver.heard
    assert (sent["user"]["team_id"], sent["team"]["id"]) == ("T02PARTNER", "T01PRACTICE")


async def test_a_form_opened_from_another_workspace_belongs_there_and_names_where_the_app_is(
    slack: LocalSlack, receiver: Receiver, client: Client, card_ts: str
):
    for person in (ANA, ELI):
        trigger_id = slack.click_payload(person, APPROVALS, card_ts, action_id="approve")["trigger_id"]
        view = (await client.views_open(trigger_id=trigger_id, view=modal(text_input(optional=True))))["view"]
        await slack.submit(person, view["id"])
    of_ana, of_eli = receiver.heard
    assert (of_ana["team"]["id"], of_ana["view"]["team_id"]) == ("T01PRACTICE", "T01PRACTICE")
    assert (of_eli["team"]["id"], of_eli["view"]["team_id"]) == ("T02PARTNER", "T02PARTNER")
    assert of_eli["user"]["team_id"] == "T02PARTNER"
    assert of_eli["view"]["app_installed_team_id"] == "T01PRACTICE"


async def test_what_they_write_names_their_workspace(slack: LocalSlack, receiver: Receiver, client: Client):
    slack.workspace.events.add("message")
    slack.write(ELI, APPROVALS, "hello")
    await slack.until(lambda: receiver.heard)
    assert receiver.heard[0]["event"]["team"] == "T02PARTNER"
    assert receiver.heard[0]["is_ext_shared_channel"] is True
    assert (await client.conversations_history(channel=APPROVALS))["messages"][0]["team"] == "T02PARTNER"

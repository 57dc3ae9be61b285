"""The Web API as the unmodified client sees it."""

import json

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.localslack import Channel, LocalSlack
from tests.localslack.world import (
    ANA,
    APPROVALS,
    BO,
    CHEN,
    DEE,
    DIGEST,
    ELI,
    ONCALL,
    SAYSO,
    Client,
    Clock,
    Json,
    actions,
    section,
)

METADATA = {"event_type": "approval_card", "event_payload": {"id": "not_1", "rev": 1}}


async def test_auth_test_says_who_the_bot_is_and_what_it_may_do(client: Client, slack: LocalSlack):
    answer = await client.auth_test()
    assert (answer["user_id"], answer["bot_id"]) == (SAYSO, "B00SAYSO")
    assert answer["team_id"] == slack.workspace.id
    assert "usergroups:read" in answer.headers["x-oauth-scopes"].split(",")


async def test_json_forms_and_queries_mean_the_same(slack: LocalSlack):
    blocks = [section("Hello")]
    bearer = {"Authorization": f"Bearer {slack.bot_token}"}
    url = slack.api_url + "chat.postMessage"
    as_json = {"channel": APPROVALS, "text": "t", "blocks": blocks, "metadata": METADATA, "unfurl_links": False}
    as_form = {
        "token": slack.bot_token,
        "channel": APPROVALS,
        "text": "t",
        "blocks": json.dumps(blocks),
        "metadata": json.dumps(METADATA),
        "unfurl_links": "false",
    }
    async with aiohttp.ClientSession() as session:
        sendings: list[Json] = [{"json": as_json, "headers": bearer}, {"data": as_form}]
        for sent in sendings:
            async with session.post(url, **sent) as response:
                assert (await response.json())["ok"]
        query = {"channel": APPROVALS, "include_all_metadata": "1"}
        async with session.get(slack.api_url + "conversations.history", params=query, headers=bearer) as response:
            newest, older = (await response.json())["messages"]
    for message in (newest, older):
        assert message["metadata"] == METADATA
        assert message["blocks"][0]["text"]["text"] == "Hello"
    assert [message.unfurl_links for message in slack.messages(APPROVALS)] == [False, False]


async def test_a_posted_message_comes_back_with_every_id_filled_in(client: Client):
    posted = await client.chat_postMessage(
        channel=APPROVALS,
        text="t",
        blocks=[section(), actions({"type": "button", "text": {"type": "plain_text", "text": "x"}})],
    )
    message = posted["message"]
    assert message["ts"] == posted["ts"]
    assert (message["user"], message["bot_id"], message["app_id"]) == (SAYSO, "B00SAYSO", "A00SAYSO")
    assert all(block["block_id"] for block in message["blocks"])
    assert message["blocks"][1]["elements"][0]["action_id"]


async def test_timestamps_are_unique_and_rise_even_when_the_clock_stands_still(client: Client, clock: Clock):
    stamps = [(await client.chat_postMessage(channel=APPROVALS, text="t"))["ts"] for _ in range(5)]
    clock.tick(-60)
    stamps.append((await client.chat_postMessage(channel=APPROVALS, text="t"))["ts"])
    assert stamps == sorted(set(stamps))


async def test_a_channel_can_be_named_and_a_person_addressed(client: Client, slack: LocalSlack):
    assert (await client.chat_postMessage(channel="#agent-digest", text="t"))["channel"] == DIGEST
    assert (await client.chat_postMessage(channel="agent-digest", text="t"))["channel"] == DIGEST
    direct = (await client.chat_postMessage(channel=ANA, text="t"))["channel"]
    assert direct == (await client.conversations_open(users=[ANA]))["channel"]["id"] == slack.direct_channel(ANA)
    assert [message.text for message in slack.direct_messages(ANA)] == ["t"]


async def test_direct_messages_have_one_stable_id_and_can_be_edited_only_by_it(client: Client):
    first = (await client.conversations_open(users=ANA))["channel"]["id"]
    assert first.startswith("D")
    assert (await client.conversations_open(users=ANA))["channel"]["id"] == first
    posted = await client.chat_postMessage(channel=ANA, text="t")
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await client.chat_update(channel=ANA, ts=posted["ts"], text="new")
    await client.chat_update(channel=first, ts=posted["ts"], text="new")
    described = await client.conversations_open(users=ANA, return_im=True)
    assert described["channel"]["user"] == ANA


async def test_an_edit_with_text_alone_takes_the_blocks_away_and_is_marked(
    client: Client, card_ts: str, slack: LocalSlack
):
    await client.chat_update(channel=APPROVALS, ts=card_ts, text="Approved", blocks=[section("Approved")])
    assert slack.messages(APPROVALS)[0].edited_ts is None
    edited = await client.chat_update(channel=APPROVALS, ts=card_ts, text="Only words")
    assert "blocks" not in edited["message"]
    assert edited["message"]["edited"]["user"] == SAYSO


async def test_metadata_stays_through_edits_until_it_is_sent_anew(client: Client):
    posted = await client.chat_postMessage(channel=APPROVALS, text="t", metadata=METADATA)

    async def kept(*, asked: bool = True) -> Json | None:
        history = await client.conversations_history(channel=APPROVALS, include_all_metadata=asked)
        found: Json | None = history["messages"][0].get("metadata")
        return found

    await client.chat_update(channel=APPROVALS, ts=posted["ts"], text="new")
    assert await kept() == METADATA
    assert await kept(asked=False) is None
    other = {"event_type": "approval_card", "event_payload": {"id": "not_1", "rev": 2}}
    await client.chat_update(channel=APPROVALS, ts=posted["ts"], text="newer", metadata=other)
    assert await kept() == other
    await client.chat_update(channel=APPROVALS, ts=posted["ts"], text="newest", metadata={})
    assert await kept() is None


async def test_history_shows_threads_by_their_first_message_and_broadcast_replies(client: Client):
    parent = await client.chat_postMessage(channel=APPROVALS, text="parent")
    await client.chat_postMessage(channel=APPROVALS, text="quiet", thread_ts=parent["ts"])
    loud = await client.chat_postMessage(channel=APPROVALS, text="loud", thread_ts=parent["ts"], reply_broadcast=True)
    shown = (await client.conversations_history(channel=APPROVALS))["messages"]
    assert [message["text"] for message in shown] == ["loud", "parent"]
    assert shown[0]["subtype"] == "thread_broadcast"
    assert shown[1]["reply_count"] == 2
    assert shown[1]["latest_reply"] == loud["ts"]
    for named in (parent["ts"], loud["ts"]):
        replies = (await client.conversations_replies(channel=APPROVALS, ts=named))["messages"]
        assert [message["text"] for message in replies] == ["parent", "quiet", "loud"]


async def test_a_reply_to_a_reply_joins_the_same_thread(client: Client):
    parent = await client.chat_postMessage(channel=APPROVALS, text="parent")
    reply = await client.chat_postMessage(channel=APPROVALS, text="reply", thread_ts=parent["ts"])
    deeper = await client.chat_postMessage(channel=APPROVALS, text="deeper", thread_ts=reply["ts"])
    assert deeper["message"]["thread_ts"] == parent["ts"]


async def test_history_is_read_by_time_and_page_by_page(client: Client, clock: Clock):
    stamps: list[str] = []
    for number in range(5):
        clock.tick(1)
        stamps.append((await client.chat_postMessage(channel=APPROVALS, text=str(number)))["ts"])

    async def texts(**asked: object) -> list[str]:
        answer = await client.conversations_history(channel=APPROVALS, **asked)
        return [message["text"] for message in answer["messages"]]

    assert await texts(oldest=stamps[1], latest=stamps[3]) == ["2"]
    assert await texts(oldest=stamps[1], latest=stamps[3], inclusive=True) == ["3", "2", "1"]
    first = await client.conversations_history(channel=APPROVALS, limit=2)
    assert first["has_more"]
    assert [m["text"] for m in first["messages"]] == ["4", "3"]
    cursor = first["response_metadata"]["next_cursor"]
    rest = await client.conversations_history(channel=APPROVALS, limit=3, cursor=cursor)
    assert not rest["has_more"]
    assert [m["text"] for m in rest["messages"]] == ["2", "1", "0"]


async def test_a_deleted_message_is_gone(client: Client, card_ts: str, slack: LocalSlack):
    await client.chat_delete(channel=APPROVALS, ts=card_ts)
    assert slack.messages(APPROVALS) == []


async def test_ephemeral_messages_are_seen_by_one_person_and_kept_by_nobody(client: Client, slack: LocalSlack):
    answer = await client.chat_postEphemeral(channel=APPROVALS, user=ANA, text="Only you")
    assert [message.ts for message in slack.ephemerals(ANA)] == [answer["message_ts"]]
    assert slack.ephemerals(BO) == []
    assert (await client.conversations_history(channel=APPROVALS))["messages"] == []
    with pytest.raises(SlackApiError, match="message_not_found"):
        await client.chat_update(channel=APPROVALS, ts=answer["message_ts"], text="new")


async def test_a_permalink_leads_into_the_page(client: Client, card_ts: str, slack: LocalSlack):
    reply = await client.chat_postMessage(channel=APPROVALS, text="r", thread_ts=card_ts)
    to_card = (await client.chat_getPermalink(channel=APPROVALS, message_ts=card_ts))["permalink"]
    to_reply = (await client.chat_getPermalink(channel=APPROVALS, message_ts=reply["ts"]))["permalink"]
    assert to_card == f"{slack.url}/archives/{APPROVALS}/p{card_ts.replace('.', '')}"
    assert to_reply.endswith(f"?thread_ts={card_ts}&cid={APPROVALS}")
    async with aiohttp.ClientSession() as session:
        async with session.get(to_card, allow_redirects=False) as response:
            assert response.status == 302
            assert response.headers["Location"] == f"{slack.url}/?channel={APPROVALS}&ts={card_ts}"
        async with session.get(to_reply, allow_redirects=False) as response:
            assert response.headers["Location"].endswith(f"&thread_ts={card_ts}")


async def test_people_are_listed_and_described(client: Client):
    info = (await client.users_info(user=CHEN))["user"]
    assert (info["name"], info["real_name"], info["is_bot"]) == ("chen", "Chen", False)
    first = await client.users_list(limit=3)
    assert [person["id"] for person in first["members"]] == [ANA, BO, CHEN]
    rest = await client.users_list(limit=3, cursor=first["response_metadata"]["next_cursor"])
    assert [person["id"] for person in rest["members"]] == [SAYSO, DEE, ELI]
    assert rest["members"][0]["profile"]["bot_id"] == "B00SAYSO"


async def test_groups_say_who_is_in_them_at_this_moment(client: Client, slack: LocalSlack):
    groups = (await client.usergroups_list(include_users=True, include_count=True))["usergroups"]
    assert [(group["id"], group["handle"], group["user_count"]) for group in groups] == [(ONCALL, "platform-oncall", 2)]
    assert (await client.usergroups_users_list(usergroup=ONCALL))["users"] == [ANA, BO]
    group = slack.workspace.group(ONCALL)
    assert group is not None
    group.members.remove(ANA)
    assert (await client.usergroups_users_list(usergroup=ONCALL))["users"] == [BO]


async def test_channels_are_listed_described_and_their_members_counted(client: Client, slack: LocalSlack):
    slack.workspace.channels.append(Channel("C08SECRET", "secret", [ANA], is_private=True))
    slack.workspace.channels.append(Channel("C07OLD", "old", [SAYSO], is_archived=True))
    listed = await client.conversations_list(exclude_archived=True)
    assert [channel["name"] for channel in listed["channels"]] == ["agent-approvals", "agent-digest", "operations"]
    assert (await client.conversations_info(channel=APPROVALS))["channel"]["is_member"]
    assert set((await client.conversations_members(channel=APPROVALS))["members"]) == {ANA, BO, CHEN, SAYSO, DEE, ELI}
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await client.conversations_info(channel="C08SECRET")
    await client.conversations_open(users=BO)
    direct = await client.conversations_list(types="im")
    assert [channel["user"] for channel in direct["channels"]] == [BO]


async def test_who_a_message_notifies(client: Client, slack: LocalSlack):
    mention = {"type": "rich_text_section", "elements": [{"usergroup_id": ONCALL, "type": "usergroup"}]}
    await client.chat_postMessage(channel=APPROVALS, text="<@U04CHEN> look")
    await client.chat_postMessage(channel=APPROVALS, text="by name: @bo", blocks=[section("<!subteam^S01ONCALL>")])
    await client.chat_postMessage(channel=APPROVALS, text="t", blocks=[{"type": "rich_text", "elements": [mention]}])
    agents_words = {"type": "section", "text": {"type": "plain_text", "text": "<@U02ANA> <!channel>"}}
    await client.chat_postMessage(channel=APPROVALS, text="<@U02ANA> in the summary", blocks=[agents_words])
    notified = [
        [person for person in (ANA, BO, CHEN) if slack.is_notified(person, message)]
        for message in slack.messages(APPROVALS)
    ]
    assert notified == [[CHEN], [ANA, BO], [ANA, BO], []]


async def test_new_messages_are_unread_until_looked_at_and_edits_are_not_news(
    client: Client, card_ts: str, slack: LocalSlack
):
    assert slack.unread(ANA, APPROVALS) == 1
    slack.read(ANA, APPROVALS)
    await client.chat_update(channel=APPROVALS, ts=card_ts, text="new <@U02ANA>")
    await client.chat_postMessage(channel=APPROVALS, text="quiet reply", thread_ts=card_ts)
    assert slack.unread(ANA, APPROVALS) == 0
    await client.chat_postMessage(channel=APPROVALS, text="<@U02ANA> reply", thread_ts=card_ts)
    assert slack.unread(ANA, APPROVALS) == 1
    slack.write(ANA, APPROVALS, "I am here")
    assert slack.unread(ANA, APPROVALS) == 0

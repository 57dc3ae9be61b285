"""SlackChat against a Slack that refuses, limits and loses answers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.decision import Outcome
from bot.domain.notice import NoticeRef
from bot.localslack import Channel, LocalSlack
from bot.services.ports import ChatMessageGone, ChatRefused, ChatUnavailable, LeaseLost
from bot.slack.gateway import CLOCK_TOLERANCE, SlackChat
from bot.slack.installation import Installation
from bot.slack.pacing import EDIT_BURST, KEPT_FOR_OUTCOMES, POST_BURST
from bot.slack.web import SlackApi
from tests.integration.slack.requests import ANA, CHANNEL, a_card

MARKER = "ntc_01"


class Ours:
    """Implements ports.Lease: it is always ours."""

    def __init__(self) -> None:
        self.held = 0

    async def hold(self) -> None:
        self.held += 1


class Lost:
    """Implements ports.Lease: it is ours for so many calls, and then somebody else's."""

    def __init__(self, *, after: int = 0) -> None:
        self._left = after

    async def hold(self) -> None:
        if self._left == 0:
            raise LeaseLost("somebody else has it")
        self._left -= 1


OURS = Ours()


class Clock:
    """The system's time, moved ahead by hand."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def chat(api: SlackApi, installation: Installation, clock: Clock) -> SlackChat:
    return SlackChat(api, installation, now=clock)


async def post(
    chat: SlackChat, *, target: str = CHANNEL, marker: str = MARKER, below: NoticeRef | None = None
) -> NoticeRef:
    return await chat.post(a_card(), version=0, target=target, marker=marker, below=below, lease=OURS)


async def test_a_card_is_posted_with_ids_only_out_of_sight(slack: LocalSlack, chat: SlackChat):
    ref = await post(chat)
    (message,) = slack.messages(CHANNEL)
    assert ref == NoticeRef(channel=CHANNEL, id=message.ts)
    assert message.metadata == {"event_type": "sayso_notice", "event_payload": {"id": MARKER}}
    assert message.blocks
    assert "Delete 847 old test files" in message.text
    assert not message.unfurl_links
    assert not message.unfurl_media


async def test_a_person_is_reached_directly_and_the_way_is_looked_up_once(slack: LocalSlack, chat: SlackChat):
    first = await post(chat, target=ANA, marker="ntc_1")
    second = await post(chat, target=ANA, marker="ntc_2")
    assert first.channel == second.channel == slack.direct_channel(ANA)
    assert len(slack.direct_messages(ANA)) == 2
    assert len(slack.calls_of("conversations.open")) == 1


async def test_a_reply_stands_below_its_card(slack: LocalSlack, chat: SlackChat):
    card = await post(chat)
    reply = await post(chat, marker="ntc_2", below=card)
    assert [message.ts for message in slack.messages(CHANNEL, thread_ts=card.id)] == [card.id, reply.id]


async def test_a_redraw_replaces_what_is_shown_under_new_block_ids(slack: LocalSlack, chat: SlackChat):
    ref = await post(chat)
    before = {block["block_id"] for block in slack.messages(CHANNEL)[0].blocks}
    await chat.redraw(replace(a_card(), header="Changed?"), version=1, ref=ref, marker=MARKER, lease=OURS)
    (message,) = slack.messages(CHANNEL)
    assert message.blocks[0]["text"]["text"] == "Changed?"
    assert before.isdisjoint({block["block_id"] for block in message.blocks})
    assert message.metadata == {"event_type": "sayso_notice", "event_payload": {"id": MARKER}}


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_blocks_too_long", "msg_too_long", "invalid_blocks_format"])
@pytest.mark.parametrize(("refused", "has_blocks"), [(1, True), (2, False)])
async def test_a_card_that_does_not_fit_goes_out_shortened_and_then_as_plain_text(
    slack: LocalSlack, chat: SlackChat, code: str, refused: int, has_blocks: bool
):
    slack.faults.answer("chat.postMessage", code, times=refused)
    await post(chat)
    (message,) = slack.messages(CHANNEL)
    assert bool(message.blocks) is has_blocks
    assert "Delete 847 old test files" in message.text


async def test_a_redraw_that_does_not_fit_becomes_plain_text_without_the_old_buttons(
    slack: LocalSlack, chat: SlackChat
):
    ref = await post(chat)
    slack.faults.answer("chat.update", "msg_blocks_too_long", times=2)
    await chat.redraw(a_card(), version=1, ref=ref, marker=MARKER, lease=OURS)
    assert not slack.messages(CHANNEL)[0].blocks


async def test_what_is_refused_even_as_plain_text_is_refused(slack: LocalSlack, chat: SlackChat):
    slack.faults.answer("chat.postMessage", "msg_too_long", times=3)
    with pytest.raises(ChatRefused, match="neither the card nor plain text"):
        await post(chat)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("channel_not_found", "knows no such channel"),
        ("not_in_channel", "not in the channel"),
        ("is_archived", "archived"),
        ("invalid_auth", "does not know the bot's token"),
        ("account_inactive", "removed from the workspace"),
        ("token_revoked", "revoked"),
        ("missing_scope", "lacks a scope"),
        ("something_new", r"something_new"),
    ],
)
async def test_a_no_for_good_is_a_sentence(slack: LocalSlack, chat: SlackChat, code: str, words: str):
    slack.faults.answer("chat.postMessage", code)
    with pytest.raises(ChatRefused, match=words):
        await post(chat)


@pytest.mark.parametrize("code", ["message_not_found", "cant_update_message"])
async def test_a_message_that_cannot_be_redrawn_is_refused(slack: LocalSlack, chat: SlackChat, code: str):
    ref = await post(chat)
    slack.faults.answer("chat.update", code)
    with pytest.raises(ChatRefused, match=code) as refused:
        await chat.redraw(a_card(), version=1, ref=ref, marker=MARKER, lease=OURS)
    assert isinstance(refused.value, ChatMessageGone) == (code == "message_not_found")


async def test_a_channel_the_bot_is_not_in_is_a_sentence_with_the_remedy(slack: LocalSlack, chat: SlackChat):
    slack.workspace.channels.append(Channel("C09OTHER", "other", [ANA]))
    with pytest.raises(ChatRefused, match="Invite"):
        await post(chat, target="C09OTHER")


async def test_a_person_who_left_cannot_be_reached(slack: LocalSlack, chat: SlackChat):
    ana = slack.workspace.person(ANA)
    assert ana is not None
    ana.deleted = True
    with pytest.raises(ChatRefused, match="deactivated"):
        await post(chat, target=ANA)


async def test_429_says_when_and_holds_the_next_post_without_asking_slack(
    slack: LocalSlack, chat: SlackChat, clock: Clock
):
    slack.faults.rate_limit("chat.postMessage", retry_after=30)
    with pytest.raises(ChatUnavailable) as first:
        await post(chat)
    assert first.value.retry_after == timedelta(seconds=30)
    assert not first.value.is_in_doubt
    with pytest.raises(ChatUnavailable) as second:
        await post(chat, target=ANA)
    assert second.value.retry_after is not None
    assert second.value.retry_after > timedelta(seconds=25)
    assert len(slack.calls_of("chat.postMessage")) == 1
    clock.ahead = timedelta(seconds=31)
    await post(chat)


@pytest.mark.parametrize("trouble", ["drop_request", "lose_answer"])
async def test_a_post_whose_answer_is_lost_is_in_doubt_and_never_sent_twice(
    slack: LocalSlack, chat: SlackChat, trouble: str
):
    getattr(slack.faults, trouble)("chat.postMessage")
    with pytest.raises(ChatUnavailable) as problem:
        await post(chat)
    assert problem.value.is_in_doubt
    assert len(slack.calls_of("chat.postMessage")) == 1


async def test_a_redraw_is_never_in_doubt_because_it_can_be_repeated(slack: LocalSlack, chat: SlackChat):
    ref = await post(chat)
    slack.faults.answer("chat.update", "internal_error", status=503)
    with pytest.raises(ChatUnavailable) as problem:
        await chat.redraw(a_card(), version=1, ref=ref, marker=MARKER, lease=OURS)
    assert not problem.value.is_in_doubt


async def test_a_lookup_that_fails_before_the_post_leaves_no_doubt(slack: LocalSlack, chat: SlackChat):
    slack.faults.answer("conversations.open", "internal_error", status=503)
    with pytest.raises(ChatUnavailable) as problem:
        await post(chat, target=ANA)
    assert not problem.value.is_in_doubt


async def test_posts_beyond_the_budget_wait_without_a_call(slack: LocalSlack, chat: SlackChat):
    for number in range(POST_BURST):
        await post(chat, marker=f"ntc_{number}")
    with pytest.raises(ChatUnavailable, match="paced") as problem:
        await post(chat)
    assert problem.value.retry_after is not None
    assert not problem.value.is_in_doubt
    assert len(slack.calls_of("chat.postMessage")) == POST_BURST


async def test_edits_beyond_the_budget_wait_and_outcomes_go_first(slack: LocalSlack, chat: SlackChat):
    ref = await post(chat)
    for version in range(1, EDIT_BURST - KEPT_FOR_OUTCOMES + 1):
        await chat.redraw(a_card(), version=version, ref=ref, marker=MARKER, lease=OURS)
    with pytest.raises(ChatUnavailable, match="paced"):
        await chat.redraw(a_card(), version=40, ref=ref, marker=MARKER, lease=OURS)
    await chat.redraw(replace(a_card(), outcome=Outcome.DENIED), version=41, ref=ref, marker=MARKER, lease=OURS)


async def test_a_lost_post_is_found_by_its_marker(slack: LocalSlack, chat: SlackChat, clock: Clock):
    since = clock()
    slack.faults.lose_answer("chat.postMessage")
    with pytest.raises(ChatUnavailable):
        await post(chat)
    (message,) = slack.messages(CHANNEL)
    found = await chat.find(target=CHANNEL, marker=MARKER, since=since, below=None, lease=OURS)
    assert found == NoticeRef(channel=CHANNEL, id=message.ts)
    assert await chat.find(target=CHANNEL, marker="ntc_other", since=since, below=None, lease=OURS) is None


@pytest.mark.parametrize("target", [CHANNEL, ANA])
async def test_a_lost_reply_is_found_in_its_thread(slack: LocalSlack, chat: SlackChat, clock: Clock, target: str):
    since = clock()
    card = await post(chat, target=target)
    reply = await post(chat, target=target, marker="ntc_2", below=card)
    assert await chat.find(target=target, marker="ntc_2", since=since, below=card, lease=OURS) == reply


async def test_it_is_found_behind_pages_of_other_messages(slack: LocalSlack, chat: SlackChat, clock: Clock):
    since = clock()
    ref = await post(chat)
    for number in range(450):
        slack.write(ANA, CHANNEL, f"chatter {number}")
    assert await chat.find(target=CHANNEL, marker=MARKER, since=since, below=None, lease=OURS) == ref
    assert len(slack.calls_of("conversations.history")) == 3


@pytest.mark.parametrize("hours", [-1, 1])
async def test_it_is_found_by_a_clock_that_is_an_hour_off(slack: LocalSlack, chat: SlackChat, clock: Clock, hours: int):
    clock.ahead = timedelta(hours=hours)
    since = clock()
    ref = await post(chat)
    assert await chat.find(target=CHANNEL, marker=MARKER, since=since, below=None, lease=OURS) == ref


async def test_a_post_of_long_before_is_not_looked_through(slack: LocalSlack, chat: SlackChat, clock: Clock):
    await post(chat)
    since = clock() + CLOCK_TOLERANCE + timedelta(seconds=10)
    assert await chat.find(target=CHANNEL, marker=MARKER, since=since, below=None, lease=OURS) is None


async def test_the_same_marker_from_another_bot_is_not_ours(slack: LocalSlack, chat: SlackChat, clock: Clock):
    since = clock()
    await post(chat)
    slack.messages(CHANNEL)[0].bot_id = "B00OTHER"
    assert await chat.find(target=CHANNEL, marker=MARKER, since=since, below=None, lease=OURS) is None


@pytest.mark.parametrize(("code", "kind"), [("missing_scope", ChatRefused), ("internal_error", ChatUnavailable)])
async def test_looking_can_fail_for_now_and_for_good(
    slack: LocalSlack, chat: SlackChat, clock: Clock, code: str, kind: type[Exception]
):
    slack.faults.answer("conversations.history", code)
    with pytest.raises(kind):
        await chat.find(target=CHANNEL, marker=MARKER, since=clock(), below=None, lease=OURS)


async def test_nothing_is_posted_by_a_process_that_lost_its_lease(slack: LocalSlack, chat: SlackChat):
    with pytest.raises(LeaseLost):
        await chat.post(a_card(), version=0, target=CHANNEL, marker=MARKER, lease=Lost())
    with pytest.raises(LeaseLost):  # between the opening of the conversation and the post
        await chat.post(a_card(), version=0, target=ANA, marker=MARKER, lease=Lost(after=1))
    assert not slack.calls_of("chat.postMessage")
    ref = await post(chat)
    with pytest.raises(LeaseLost):
        await chat.redraw(a_card(), version=1, ref=ref, marker=MARKER, lease=Lost())
    with pytest.raises(LeaseLost):
        await chat.find(target=CHANNEL, marker=MARKER, since=chat_epoch(), below=None, lease=Lost(after=1))
    assert not slack.calls_of("chat.update")
    assert not slack.calls_of("conversations.history")


async def test_a_smaller_rendering_is_sent_only_under_a_lease_that_still_holds(slack: LocalSlack, chat: SlackChat):
    slack.faults.answer("chat.postMessage", "msg_too_long", times=3)
    with pytest.raises(LeaseLost):
        await chat.post(a_card(), version=0, target=CHANNEL, marker=MARKER, lease=Lost(after=1))
    assert len(slack.calls_of("chat.postMessage")) == 1


def chat_epoch() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)

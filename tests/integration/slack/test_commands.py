"""Slash commands: who answers, where the answer is seen, and that a command delivered twice is done once."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.errors import NotFound
from bot.localslack import Answer
from bot.slack.commands import CommandBook, Said
from bot.slack.desk import Desk
from bot.slack.listeners import commands
from bot.slack.payloads import Command
from bot.slack.render.objects import message
from tests.integration.slack.person import At
from tests.integration.slack.requests import ANA, CHANNEL
from tests.integration.slack.room import Score


class Clerk:
    """Answers three verbs, and remembers what was asked. `held` keeps an answer waiting."""

    def __init__(self) -> None:
        self.asked: list[Command] = []
        self.held = asyncio.Event()
        self.held.set()

    def book(self) -> CommandBook:
        handlers = {
            "steer": self.on_steer,
            "shout": self.on_shout,
            "form": self.on_form,
            "lose": self.on_lose,
            "break": self.on_break,
        }
        return CommandBook(default="steer", handlers={**handlers, commands.HELP: commands.on_help})

    async def on_steer(self, desk: Desk, command: Command) -> Said | None:
        self.asked.append(command)
        await self.held.wait()
        return Said(message=message(f"Sent: {command.words}"))

    async def on_shout(self, desk: Desk, command: Command) -> Said | None:
        await self.held.wait()
        return Said(message=message("Everybody hears this."), is_public=True)

    async def on_form(self, desk: Desk, command: Command) -> Said | None:
        return None

    async def on_lose(self, desk: Desk, command: Command) -> Said | None:
        raise NotFound("session", command.rest)

    async def on_break(self, desk: Desk, command: Command) -> Said | None:
        raise RuntimeError("s3cret")


@pytest.fixture
def patience() -> timedelta:
    return timedelta(milliseconds=100)


@pytest.fixture(autouse=True)
def clerk(monkeypatch: pytest.MonkeyPatch) -> Clerk:
    clerk = Clerk()
    monkeypatch.setitem(commands.BOOKS, "/agent", clerk.book())  # type: ignore[arg-type]
    return clerk


async def say(at: At, line: str) -> Answer:
    answer = await at.slack.command(ANA, CHANNEL, line)
    await at.settle()
    return answer


async def test_the_answer_is_private_and_travels_in_the_acknowledgement(at: At, clerk: Clerk):
    assert (await say(at, "/agent steer tidy  leave the pipeline alone ")).ok
    assert at.told(ANA) == "Sent: tidy  leave the pipeline alone"
    assert at.slack.messages(CHANNEL) == []
    assert at.slack.calls_of("chat.postEphemeral") == []
    (command,) = clerk.asked
    assert (command.by.id, command.by.name, command.team_id) == (ANA, "ana", at.slack.workspace.id)
    assert (command.name, command.verb, command.channel) == ("/agent", "steer", CHANNEL)


async def test_what_concerns_the_channel_is_said_to_everybody(at: At):
    assert (await say(at, "/agent shout")).ok
    assert [each.text for each in at.slack.messages(CHANNEL)] == ["/agent shout", "Everybody hears this."]


async def test_a_command_that_opens_a_form_says_nothing_else(at: At):
    assert (await say(at, "/agent form")).ok
    assert at.slack.ephemerals(ANA) == []


@pytest.mark.parametrize("line", ["/agent", "/agent   ", "/agent STEER", "/agent\tsteer"])
async def test_the_verb_is_found_whatever_its_case_and_the_default_where_there_is_none(at: At, clerk: Clerk, line: str):
    await at.slack.deliver({**at.slack.command_payload(ANA, CHANNEL, "/agent"), "text": line.removeprefix("/agent")})
    await at.settle()
    assert [each.rest for each in clerk.asked] == [""]


async def test_words_reach_the_service_as_they_were_typed(at: At, clerk: Clerk):
    await say(
        at, "/agent steer tidy ask @bo & @platform-oncall in #operations if a < b, see https://example.com/a?b=1&c"
    )
    (command,) = clerk.asked
    assert command.words == "tidy ask @bo & @platform-oncall in #operations if a < b, see https://example.com/a?b=1&c"
    assert "<@U03BO|bo>" in command.rest


@pytest.mark.parametrize("words", ["change the payload", "payload", "payload=1&command=/x", "ssl_check=1"])
async def test_no_word_makes_a_command_disappear(at: At, clerk: Clerk, words: str):
    await say(at, f"/agent steer tidy {words}")
    assert [each.words for each in clerk.asked] == [f"tidy {words}"]


async def test_help_names_every_verb_of_both_commands(at: At):
    await say(at, "/agent help")
    words = str(at.slack.ephemerals(ANA)[-1].blocks)
    for verb in ("list", "show", "steer", "pause", "resume", "stop", "digest now"):
        assert f"/agent {verb}" in words
    for verb in ("away", "back"):
        assert f"/approvals {verb}" in words


async def test_a_near_miss_is_offered_and_never_obeyed(at: At, clerk: Clerk):
    await say(at, "/agent steeer tidy stop it")
    assert clerk.asked == []
    assert "There is no “steeer” in /agent. Did you mean /agent steer? Nothing was done." in at.told(ANA)


async def test_an_unknown_verb_is_quoted_as_plain_text(at: At, clerk: Clerk):
    await say(at, "/agent <!channel>*bold*")
    assert clerk.asked == []
    assert "<!channel>" not in at.told(ANA)


async def test_a_refusal_is_the_answer(at: At, score: Score):
    assert (await say(at, "/agent lose tidy")).ok
    assert "not known here" in at.told(ANA)
    assert ("commands_refused", {"refusal": "NotFound"}) in score.counted


async def test_what_nobody_foresaw_is_a_plain_sentence(at: At, score: Score):
    assert (await say(at, "/agent break")).ok
    assert "Something went wrong on our side" in at.told(ANA)
    assert "s3cret" not in str(score.logged)


async def test_a_late_answer_follows_privately(at: At, clerk: Clerk):
    clerk.held.clear()
    assert (await at.slack.command(ANA, CHANNEL, "/agent steer tidy slowly")).ok
    assert at.slack.ephemerals(ANA) == []
    clerk.held.set()
    await at.settle()
    assert at.told(ANA) == "Sent: tidy slowly"


async def test_a_late_answer_for_the_channel_follows_publicly(at: At, clerk: Clerk):
    clerk.held.clear()
    await at.slack.command(ANA, CHANNEL, "/agent shout")
    clerk.held.set()
    await at.settle()
    assert at.slack.messages(CHANNEL)[-1].text == "Everybody hears this."


async def test_a_command_delivered_three_times_is_done_once_and_answered_alike(at: At, clerk: Clerk, score: Score):
    payload = at.slack.command_payload(ANA, CHANNEL, "/agent steer tidy carefully")
    receipts = await at.slack.deliver(payload, times=3)
    assert len(clerk.asked) == 1
    assert {receipt.body for receipt in receipts} == {receipts[0].body}
    assert "carefully" in receipts[0].body
    assert [name for name, _ in score.counted].count("slack_redeliveries") == 2


async def test_the_same_words_said_again_are_another_command(at: At, clerk: Clerk):
    await say(at, "/agent steer tidy carefully")
    await say(at, "/agent steer tidy carefully")
    first, second = clerk.asked
    assert first.once != second.once


async def test_a_copy_that_comes_while_the_first_is_still_at_work_waits_for_its_answer(at: At, clerk: Clerk):
    clerk.held.clear()
    payload = at.slack.command_payload(ANA, CHANNEL, "/agent steer tidy once")
    both = asyncio.gather(at.slack.deliver(payload), at.slack.deliver(payload))
    await at.slack.until(lambda: clerk.asked)
    clerk.held.set()
    ((one,), (other,)) = await both
    assert (len(clerk.asked), one.problem, other.problem) == (1, None, None)


@pytest.mark.parametrize("member", ["text", "channel_id", "trigger_id", "response_url", "user_name", "team_id"])
@pytest.mark.parametrize("strange", [None, 5, [], {}])
async def test_a_command_with_a_strange_member_never_makes_it_fail(at: At, member: str, strange: object):
    payload = {**at.slack.command_payload(ANA, CHANNEL, "/agent help"), member: strange}
    (receipt,) = await at.slack.deliver(payload)
    await at.settle()
    assert receipt.status in {200, 400, None}


async def test_a_command_of_an_older_app_is_answered_by_help(at: At):
    payload = {**at.slack.command_payload(ANA, CHANNEL, "/agent help"), "command": "/robots"}
    (receipt,) = await at.slack.deliver(payload)
    assert "/agent list" in receipt.body

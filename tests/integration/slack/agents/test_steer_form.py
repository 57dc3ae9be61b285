"""The steer form: opened at once, filled with what the agent does, and never losing a person's words."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.directive import Directive, DirectiveKind, SteerAim
from bot.services.issue_directive import IssueDirective
from bot.slack.desk import Desk
from tests.integration.slack.agents.floor import Floor
from tests.integration.slack.requests import ANA, BO, CHANNEL, CHEN
from tests.integration.slack.room import Score
from tests.world import World

WORDS = "leave the pipeline alone"


def entered(words: str, aim: SteerAim = SteerAim.STEP) -> dict:
    return {
        "words": {"text": {"type": "plain_text_input", "value": words or None}},
        "kind": {"kind": {"type": "radio_buttons", "selected_option": {"value": aim.value}}},
    }


async def opened(floor: Floor, who: str = CHEN):
    """Steer… was pressed on the session's card."""
    session = await floor.runs()
    await floor.say(ANA, "/agent pause tidy")
    await floor.press(who, await floor.card_of(session), "agent_steer")
    return session


async def test_the_form_says_when_the_agent_gets_it(floor: Floor):
    await opened(floor)
    form = floor.modal(CHEN).content
    assert form["title"]["text"] == "Steer tidy"
    assert form["blocks"][0]["text"]["text"].startswith("*tidy* is pausing. It gets this")
    calls = [call.method for call in floor.slack.calls if call.method.startswith("views.")]
    assert calls == ["views.open", "views.update"]


@pytest.mark.parametrize("aim", SteerAim)
async def test_what_was_written_reaches_the_agent(floor: Floor, aim: SteerAim):
    session = await opened(floor)
    answer = await floor.submit(CHEN, entered(WORDS, aim))
    assert answer.ok
    assert floor.slack.modal(CHEN) is None
    heard = (await floor.hears(session))[-1]
    assert (heard.text, heard.aim) == (WORDS, aim)
    assert WORDS in str((await floor.card_of(session)).blocks)
    assert floor.slack.ephemerals(CHEN) == []


async def test_who_may_not_steer_hears_it_before_they_write(floor: Floor):
    await opened(floor, who=BO)
    form = floor.modal(BO).content
    assert form["title"]["text"] == "Not sent"
    assert "You can’t steer tidy.* Chen owns it; operators can too." in str(form["blocks"])
    assert "submit" not in form


async def test_a_form_opened_by_a_command_answers_where_it_was_typed(floor: Floor):
    session = await floor.runs()
    assert await floor.say(CHEN, "/agent steer tidy") == ""
    await floor.submit(CHEN, entered(WORDS))
    assert floor.private(CHEN).text == f"Sent to tidy as a correction of its step: “{WORDS}”."
    assert floor.private(CHEN).channel_id == CHANNEL
    assert [one.text for one in await floor.hears(session)] == [WORDS]


async def test_a_form_opened_by_a_pick_answers_there_too(floor: Floor):
    await floor.runs()
    await floor.runs("tidy-eu")
    await floor.say(CHEN, "/agent steer ti")
    await floor.press(CHEN, floor.private(CHEN), "agent_steer_pick_1")
    await floor.submit(CHEN, entered(WORDS))
    assert floor.private(CHEN).text.endswith(f"as a correction of its step: “{WORDS}”.")


@pytest.mark.parametrize("words", ["   ", "x" * 201])
async def test_words_that_do_not_fit_are_said_at_their_field(floor: Floor, words: str):
    session = await opened(floor)
    floor.modal(CHEN).content["blocks"][2]["element"].pop("max_length")  # an older client does not count
    answer = await floor.submit(CHEN, entered(words))
    expected = "Write what it should do instead." if words.isspace() else "That is 201 characters, 200 fit."
    assert answer.errors == {"words": expected}
    assert [one.text for one in await floor.hears(session)] == [None]


async def test_words_that_came_too_late_are_given_back(floor: Floor):
    session = await opened(floor)
    await floor.world.end_session(floor.agents["tidy"], session.id)
    await floor.submit(CHEN, entered(WORDS))
    form = floor.modal(CHEN).content
    assert form["title"]["text"] == "Not sent"
    assert "tidy has ended this run.* Nothing was sent." in str(form["blocks"])
    assert form["blocks"][1]["elements"][0]["elements"][0]["text"] == WORDS


async def test_a_form_of_another_version_is_answered(floor: Floor):
    await opened(floor)
    floor.modal(CHEN).content["private_metadata"] = '{"request":"apr_1"}'
    answer = await floor.submit(CHEN, entered(WORDS))
    assert answer.ok
    assert "This run is not known here." in floor.slack.direct_messages(CHEN)[-1].text


class Held:
    """A service that waits, then does what the real one does, or raises."""

    def __init__(self, issue: IssueDirective) -> None:
        self._issue, self.go_on = issue, asyncio.Event()
        self.go_on.set()
        self.trouble: Exception | None = None

    async def __call__(self, session_id: str, kind: DirectiveKind, **more: Any) -> Directive:
        await self.go_on.wait()
        if self.trouble is not None:
            raise self.trouble
        return await self._issue(session_id, kind, **more)


class TestSlowOrBroken:
    """A commit that takes longer than Slack waits, or breaks."""

    @pytest.fixture
    def patience(self) -> timedelta:
        return timedelta(milliseconds=50)

    @pytest.fixture
    def held(self, world: World) -> Held:
        return Held(world.direct)

    @pytest.fixture
    def desk(self, desk: Desk, held: Held) -> Desk:
        sessions = replace(desk.services.sessions, issue=held)
        return replace(desk, services=replace(desk.services, sessions=sessions))

    async def test_a_form_waits_and_then_says_that_it_was_sent(self, floor: Floor, held: Held):
        session = await opened(floor)
        held.go_on.clear()
        answer = await floor.slack.submit(CHEN, floor.modal(CHEN).id, entered(WORDS))
        assert answer.response_action == "update"
        held.go_on.set()
        await floor.settle()
        assert "Your words were sent" in str(floor.modal(CHEN).content)
        assert (await floor.hears(session))[-1].text == WORDS

    async def test_who_has_closed_the_form_is_told_directly_why_it_was_not_sent(self, floor: Floor, held: Held):
        session = await opened(floor)
        held.go_on.clear()
        await floor.slack.submit(CHEN, floor.modal(CHEN).id, entered(WORDS))
        await floor.slack.close_modal(CHEN, floor.modal(CHEN).id)
        await floor.world.end_session(floor.agents["tidy"], session.id)
        held.go_on.set()
        await floor.settle()
        assert "tidy has ended this run." in floor.slack.direct_messages(CHEN)[-1].text

    async def test_a_button_that_took_long_says_that_it_counted(self, floor: Floor, held: Held):
        session = await floor.runs()
        await floor.say(CHEN, "/agent steer tidy begin with ci-cache")
        card = await floor.card_of(session)
        held.go_on.clear()
        answer = await floor.slack.click(BO, card.channel_id, card.ts, action_id="agent_pause")
        assert answer.ok
        held.go_on.set()
        await floor.settle()
        assert "Your click was counted" in floor.private(BO).text

    async def test_a_command_that_took_long_is_answered_afterwards(self, floor: Floor, held: Held):
        await floor.runs()
        held.go_on.clear()
        answer = await floor.slack.command(BO, CHANNEL, "/agent pause tidy")
        assert answer.ok
        assert floor.slack.ephemerals(BO) == []
        held.go_on.set()
        await floor.settle()
        assert floor.private(BO).text.startswith("tidy is pausing.")

    async def test_when_something_breaks_the_words_are_given_back(self, floor: Floor, held: Held, score: Score):
        await opened(floor)
        held.trouble = RuntimeError("s3cret")
        await floor.submit(CHEN, entered(WORDS))
        form = floor.modal(CHEN).content
        assert form["title"]["text"] == "Not certain"
        assert WORDS in str(form["blocks"])
        assert "s3cret" not in str(score.logged)


async def test_a_form_that_slack_does_not_show_is_said_to_be_missing(floor: Floor):
    session = await floor.runs()
    await floor.say(ANA, "/agent pause tidy")
    card = await floor.card_of(session)
    floor.slack.faults.answer("views.open", "expired_trigger_id", times=2)
    await floor.press(CHEN, card, "agent_steer")
    assert "Slack could not show the form in time." in floor.private(CHEN).text
    assert "Slack could not show the form in time." in await floor.say(CHEN, "/agent steer tidy")

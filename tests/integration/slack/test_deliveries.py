"""What Slack delivers again, and what it says of the app itself. Over both transports."""

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.localslack import Switch
from bot.slack.installation import Installation, TokenRefused
from bot.slack.reception import REMEMBERED_SECONDS, Reception
from tests.integration.slack.person import At
from tests.integration.slack.requests import ANA, CHANNEL, a_request
from tests.integration.slack.room import Score


def an_event(name: str, event_id: str | None = "Ev1", **more: object) -> dict:
    found = {"type": "event_callback", "team_id": "T01PRACTICE", "event": {"type": name, **more}}
    return found if event_id is None else {**found, "event_id": event_id}


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


async def authorize(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token="xoxb-1")


class Listener:
    """A Bolt app that takes one kind of event, and counts."""

    def __init__(self) -> None:
        self.heard = 0
        self.app = AsyncApp(signing_secret="s", authorize=authorize)

        async def on_event() -> None:
            self.heard += 1

        self.app.event("app_home_opened")(on_event)


@pytest.fixture
def listener() -> Listener:
    return Listener()


async def test_an_event_that_comes_again_is_heard_once_whatever_else_is_in_it(listener: Listener, score: Score):
    reception = Reception(listener.app, score)
    for attempt in range(3):
        answer = await reception.take({**an_event("app_home_opened"), "retry": attempt})
        assert answer is not None
        assert answer.status == 200
    assert listener.heard == 1
    assert [name for name, _ in score.counted] == ["slack_redeliveries"] * 2


async def test_an_event_without_an_id_is_known_by_its_words(listener: Listener, score: Score):
    reception = Reception(listener.app, score)
    await reception.take(an_event("app_home_opened", None, user=ANA))
    await reception.take(an_event("app_home_opened", None, user=ANA))
    await reception.take(an_event("app_home_opened", None, user="U9"))
    assert listener.heard == 2


async def test_what_was_not_taken_gets_another_chance(listener: Listener, score: Score):
    reception = Reception(listener.app, score)
    for _ in range(2):
        answer = await reception.take(an_event("something_new"))
        assert answer is not None
        assert answer.status == 404
    assert score.counted == []


async def test_what_is_long_past_is_forgotten(listener: Listener, score: Score):
    clock = Clock()
    reception = Reception(listener.app, score, clock=clock)
    await reception.take(an_event("app_home_opened"))
    clock.seconds = REMEMBERED_SECONDS + 1
    await reception.take(an_event("app_home_opened", "Ev2"))
    await reception.take(an_event("app_home_opened"))
    assert listener.heard == 3


@pytest.mark.parametrize("payload", [None, 5, [], "x", {}, {"type": "event_callback"}, {"command": "/agent"}])
async def test_another_shape_is_turned_away(listener: Listener, score: Score, payload: object):
    assert await Reception(listener.app, score).take(payload) is None


async def test_a_click_counts_even_while_slack_does_not_say_who_we_are(at: At, installation: Installation):
    ts = await at.show(a_request())
    installation.forget()
    at.slack.faults.answer("auth.test", "internal_error", status=503, times=100)
    assert (await at.click(ANA, ts, "approve")).ok
    assert len(at.room.words) == 1


@pytest.mark.parametrize("event", [an_event("app_uninstalled"), an_event("tokens_revoked", tokens={"bot": ["U0BOT"]})])
async def test_an_app_that_was_removed_is_told_and_asked_after(
    at: At, installation: Installation, score: Score, event: dict
):
    at.slack.faults.switch(Switch.TOKEN_REFUSED)
    assert (await installation.check_token()).team_id
    (receipt,) = await at.slack.deliver(event)
    await at.settle()
    assert receipt.problem is None
    assert "SLACK_APP_REMOVED" in [name for name, _ in score.logged]
    with pytest.raises(TokenRefused):
        await installation.check_token()


async def test_a_persons_revoked_token_is_none_of_ours(at: At, installation: Installation, score: Score):
    await at.slack.deliver(an_event("tokens_revoked", tokens={"oauth": [ANA], "bot": []}))
    await at.settle()
    assert installation.known is not None


async def test_an_event_nobody_subscribed_to_is_acknowledged(at: At):
    (receipt,) = await at.slack.deliver(an_event("app_mention", user=ANA))
    assert receipt.problem is None


async def test_clicks_and_commands_that_arrive_twice_count_once(at: At):
    at.slack.faults.switch(Switch.DOUBLE_CLICKS)
    ts = await at.show(a_request())
    assert (await at.click(ANA, ts, "approve")).ok
    assert len(at.room.words) == 1
    await at.slack.command(ANA, CHANNEL, "/agent help")
    await at.settle()
    assert len(at.slack.ephemerals(ANA)) == 1

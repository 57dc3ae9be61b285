"""What the environment must not change, and what the log must not hold."""

import logging

import pytest

from bot.localslack import LocalSlack
from bot.slack.bolt_app import build_bolt_app
from bot.slack.desk import Desk
from bot.slack.http import add_slack_routes
from bot.slack.installation import Installation
from bot.slack.web import SlackApi
from tests.integration.slack.person import At
from tests.integration.slack.requests import ANA, CHANNEL, a_request


@pytest.fixture
def foreign_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "s",
        "SLACK_BOT_TOKEN": "xoxb-of-another-app",
        "SLACK_SIGNING_SECRET": "another",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("foreign_environment")
async def test_the_environment_does_not_switch_to_oauth_or_to_another_token(at_in_foreign_environment: At):
    at = at_in_foreign_environment
    ts = await at.show(a_request())
    await at.click(ANA, ts, "approve")
    assert len(at.room.words) == 1
    assert len(at.slack.calls_of("auth.test")) == 1


@pytest.fixture
def at_in_foreign_environment(foreign_environment: None, at: At) -> At:
    return at


async def test_no_log_holds_a_payload(at: At, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    ts = await at.show(a_request())
    payload = at.slack.click_payload(ANA, CHANNEL, ts, action_id="approve")
    payload["type"] = "something_new"
    await at.slack.send(at.slack.sign(payload))
    forged = at.slack.sign(payload, secret="other")
    await at.slack.send(forged)
    at.room.trouble = RuntimeError("s3cret")
    await at.click(ANA, ts, "approve")
    assert "old/*" not in caplog.text
    assert "s3cret" not in caplog.text
    assert at.slack.bot_token not in caplog.text


async def test_the_app_answers_before_it_is_done_only_where_it_says_so(
    api: SlackApi, installation: Installation, desk: Desk, slack: LocalSlack
):
    bolt_app = build_bolt_app(api, installation, desk, signing_secret=slack.signing_secret)
    assert not bolt_app.process_before_response
    assert callable(add_slack_routes)

"""What the environment must not change, and what the log must not hold."""

import logging

import pytest

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


@pytest.fixture
def at_in_foreign_environment(foreign_environment: None, at: At) -> At:
    return at


async def test_the_environment_does_not_switch_to_oauth_or_to_another_token(at_in_foreign_environment: At):
    at = at_in_foreign_environment
    ts = await at.show(a_request())
    await at.click(ANA, ts, "approve")
    assert len(at.room.words) == 1
    assert len(at.slack.calls_of("auth.test")) == 1


async def test_no_log_holds_a_payload(at: At, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    ts = await at.show(a_request())
    payload = at.slack.click_payload(ANA, CHANNEL, ts, action_id="approve")
    payload["type"] = "something_new"
    await at.slack.deliver(payload)
    forged = at.slack.sign(payload, secret="other")
    await at.slack.send(forged)
    at.room.trouble = RuntimeError("s3cret")
    await at.click(ANA, ts, "approve")
    assert "old/*" not in caplog.text
    assert "s3cret" not in caplog.text
    assert at.slack.bot_token not in caplog.text

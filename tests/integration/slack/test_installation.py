import asyncio

import pytest

from bot.localslack import LocalSlack
from bot.slack.installation import Installation, TokenRefused
from bot.slack.scopes import SCOPES
from bot.slack.web import SlackUnreachable, open_slack


async def test_slack_is_asked_once_who_we_are_however_many_want_to_know(slack: LocalSlack, installation: Installation):
    found = await asyncio.gather(*(installation.check_token() for _ in range(5)))
    assert {each.bot_id for each in found} == {slack.workspace.bot_id}
    assert len(slack.calls_of("auth.test")) == 1


async def test_scopes_that_the_token_lacks_are_named(slack: LocalSlack, installation: Installation):
    slack.workspace.scopes = tuple(SCOPES - {"im:write"})
    assert (await installation.check_token()).missing_scopes == {"im:write"}


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("invalid_auth", "Copy the Bot User OAuth Token"),
        ("account_inactive", "removed from the workspace"),
        ("token_revoked", "Install the app again"),
        ("token_expired", "switch token rotation off"),
        ("not_allowed_token_type", "must begin with xoxb-"),
        ("org_login_required", "refused by Slack (org_login_required)"),
    ],
)
async def test_a_token_that_cannot_work_is_refused_with_what_to_do(
    slack: LocalSlack, installation: Installation, code: str, words: str
):
    slack.faults.answer("auth.test", code)
    with pytest.raises(TokenRefused, match="SLACK_BOT_TOKEN") as refused:
        await installation.check_token()
    assert words in str(refused.value)
    assert slack.bot_token not in str(refused.value)


async def test_a_wrong_token_is_refused(slack: LocalSlack):
    async with open_slack(token="xoxb-wrong", api_url=slack.api_url) as api:
        with pytest.raises(TokenRefused, match="not known to Slack"):
            await Installation(api).check_token()


async def test_while_slack_is_away_it_is_asked_again(slack: LocalSlack, installation: Installation):
    slack.faults.answer("auth.test", "fatal_error", status=503)
    with pytest.raises(SlackUnreachable):
        await installation.check_token()
    assert (await installation.check_token()).team_id == slack.workspace.id

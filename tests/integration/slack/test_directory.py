import asyncio
from collections.abc import Callable

import pytest

from bot.domain.errors import DirectoryUnavailable, StandingUnknown
from bot.domain.people import Standing
from bot.localslack import LocalSlack
from bot.slack import directory as directory_module
from bot.slack.directory import FRESH_SECONDS, SILENT_SECONDS, SlackDirectory, standing_of
from bot.slack.installation import BotIdentity, Installation
from bot.slack.web import SlackApi

ONCALL = "S01ONCALL"


class Seconds:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def directory(api: SlackApi, installation: Installation, seconds: Seconds) -> SlackDirectory:
    return SlackDirectory(api, installation, clock=seconds)


def asked(slack: LocalSlack) -> int:
    return len(slack.calls_of("usergroups.users.list"))


async def test_the_members_of_a_group_are_its_slack_user_ids(directory: SlackDirectory):
    assert await directory.members(ONCALL) == {"U02ANA", "U03BO"}


async def test_an_answer_serves_for_a_minute_and_not_longer(
    slack: LocalSlack, directory: SlackDirectory, seconds: Seconds
):
    await directory.members(ONCALL)
    group = slack.workspace.group(ONCALL)
    assert group is not None
    group.members = ["U04CHEN"]
    seconds.now += FRESH_SECONDS
    assert await directory.members(ONCALL) == {"U02ANA", "U03BO"}
    seconds.now += 0.001
    assert await directory.members(ONCALL) == {"U04CHEN"}
    assert asked(slack) == 2


async def test_many_who_ask_at_once_cost_one_call(slack: LocalSlack, directory: SlackDirectory):
    answers = await asyncio.gather(*(directory.members(ONCALL) for _ in range(20)))
    assert set(answers) == {frozenset({"U02ANA", "U03BO"})}
    assert asked(slack) == 1


async def test_one_who_gives_up_does_not_end_it_for_the_others(slack: LocalSlack, directory: SlackDirectory):
    held = slack.faults.hold_answer("usergroups.users.list")
    impatient = asyncio.create_task(directory.members(ONCALL))
    patient = asyncio.create_task(directory.members(ONCALL))
    await slack.until(lambda: asked(slack) == 1)
    impatient.cancel()
    held.release()
    assert await patient == {"U02ANA", "U03BO"}
    assert asked(slack) == 1


def without_groups(slack: LocalSlack) -> None:
    slack.workspace.has_groups = False


def without_this_group(slack: LocalSlack) -> None:
    slack.workspace.groups.clear()


def with_the_other_code(slack: LocalSlack) -> None:
    slack.faults.answer("usergroups.users.list", "subteam_not_found")


@pytest.mark.parametrize("missing", [without_groups, without_this_group, with_the_other_code])
async def test_where_there_is_no_such_group_the_answer_is_none_and_kept_as_long(
    slack: LocalSlack, directory: SlackDirectory, missing: Callable[[LocalSlack], None]
):
    missing(slack)
    assert await directory.members(ONCALL) is None
    assert await directory.members(ONCALL) is None
    assert asked(slack) == 1


@pytest.mark.parametrize("code", ["missing_scope", "invalid_auth", "something_new", "internal_error"])
async def test_what_cannot_be_told_is_said_so_and_never_answered_from_old(
    slack: LocalSlack, directory: SlackDirectory, seconds: Seconds, code: str
):
    await directory.members(ONCALL)
    seconds.now += FRESH_SECONDS + 1
    slack.faults.answer("usergroups.users.list", code)
    with pytest.raises(DirectoryUnavailable, match=ONCALL):
        await directory.members(ONCALL)
    assert await directory.members(ONCALL) == {"U02ANA", "U03BO"}


async def test_a_lost_connection_is_not_an_empty_group(slack: LocalSlack, directory: SlackDirectory):
    slack.faults.drop_request("usergroups.users.list", times=2)  # aiohttp reads again once
    with pytest.raises(DirectoryUnavailable):
        await directory.members(ONCALL)


async def test_an_answer_that_was_under_way_for_more_than_a_minute_is_not_given(
    slack: LocalSlack, directory: SlackDirectory, seconds: Seconds
):
    held = slack.faults.hold_answer("usergroups.users.list")
    asking = asyncio.create_task(directory.members(ONCALL))
    await slack.until(lambda: asked(slack) == 1)
    seconds.now += FRESH_SECONDS + 1
    held.release()
    with pytest.raises(DirectoryUnavailable, match="too long"):
        await asking


US = BotIdentity(bot_id="B1", user_id="U0", team_id="T1", team_name="Ours")


@pytest.mark.parametrize(
    ("account", "standing"),
    [
        ({}, Standing.FULL),
        ({"is_admin": True}, Standing.FULL),
        ({"is_restricted": True}, Standing.GUEST),
        ({"is_restricted": True, "is_ultra_restricted": True}, Standing.GUEST),
        ({"team_id": "T2"}, Standing.STRANGER),
        ({"team_id": "T2", "is_stranger": True}, Standing.STRANGER),
        ({"is_stranger": True}, Standing.STRANGER),
        ({"team_id": "T2", "is_restricted": True}, Standing.STRANGER),
        ({"team_id": "T2", "enterprise_user": {"id": "W1", "teams": ["T1", "T2"]}}, Standing.FULL),
        ({"team_id": "T2", "enterprise_user": {"id": "W1", "teams": ["T3"]}}, Standing.STRANGER),
        ({"deleted": True}, Standing.GONE),
        ({"deleted": True, "is_restricted": True}, Standing.GONE),
        ({"is_bot": True}, Standing.GONE),
        ({"team_id": None}, Standing.GONE),
        ({"id": None}, Standing.GONE),
    ],
)
def test_a_full_member_is_who_slack_says_nothing_against(account: dict, standing: Standing):
    assert standing_of({"id": "U1", "team_id": "T1"} | account, US) is standing


@pytest.mark.parametrize("user", [None, {}, "U1", []])
def test_an_account_that_cannot_be_read_is_nobody(user: object):
    assert standing_of(user, US) is Standing.GONE


async def test_the_people_of_the_workspace_are_full_members_and_its_bot_is_not(directory: SlackDirectory):
    assert await directory.standing("U02ANA") is Standing.FULL
    assert await directory.standing("U00SAYSO") is Standing.GONE
    assert await directory.standing("U0NOBODY") is Standing.GONE


async def test_a_member_who_becomes_a_guest_is_one_within_a_minute(
    slack: LocalSlack, directory: SlackDirectory, seconds: Seconds
):
    await directory.standing("U02ANA")
    ana = slack.workspace.person("U02ANA")
    assert ana is not None
    ana.is_guest = True
    seconds.now += FRESH_SECONDS
    assert await directory.standing("U02ANA") is Standing.FULL
    seconds.now += 0.001
    assert await directory.standing("U02ANA") is Standing.GUEST


@pytest.mark.parametrize("code", ["missing_scope", "invalid_auth", "something_new", "internal_error"])
async def test_a_standing_that_cannot_be_told_is_not_guessed(
    slack: LocalSlack, directory: SlackDirectory, seconds: Seconds, code: str
):
    await directory.standing("U02ANA")
    seconds.now += FRESH_SECONDS + 1
    slack.faults.answer("users.info", code)
    with pytest.raises(StandingUnknown, match="U02ANA"):
        await directory.standing("U02ANA")
    assert await directory.standing("U02ANA") is Standing.FULL


async def test_without_knowing_our_own_workspace_nobody_is_known(slack: LocalSlack, directory: SlackDirectory):
    slack.faults.answer("auth.test", "invalid_auth")
    with pytest.raises(StandingUnknown):
        await directory.standing("U02ANA")


async def test_a_slack_that_hangs_is_waited_for_once_and_not_by_everybody_after(
    slack: LocalSlack, directory: SlackDirectory, seconds: Seconds, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(directory_module, "PATIENCE_SECONDS", 0.05)
    held = slack.faults.hold_answer("users.info")
    with pytest.raises(StandingUnknown, match="too long"):
        await directory.standing("U02ANA")
    with pytest.raises(StandingUnknown, match="a moment ago"):
        await directory.standing("U03BO")
    assert len(slack.calls_of("users.info")) == 1
    held.release()
    seconds.now += SILENT_SECONDS
    assert await directory.standing("U03BO") is Standing.FULL

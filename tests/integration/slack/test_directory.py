import asyncio
from collections.abc import Callable

import pytest

from bot.domain.errors import DirectoryUnavailable
from bot.localslack import LocalSlack
from bot.slack.directory import FRESH_SECONDS, SlackDirectory
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
def directory(api: SlackApi, seconds: Seconds) -> SlackDirectory:
    return SlackDirectory(api, clock=seconds)


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

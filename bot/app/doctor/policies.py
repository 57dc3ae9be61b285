"""The policy: does it hold, and does the workspace have whom and what it names."""

from collections.abc import Mapping
from pathlib import Path

from bot.app.doctor.findings import Finding, failed, ok, warning
from bot.domain.errors import DirectoryUnavailable
from bot.domain.people import ReviewerRef, Standing
from bot.domain.policy import Policy
from bot.policyfiles import PolicyError, load_policy, shipped_policies
from bot.services.ports import Directory
from bot.settings import Settings
from bot.slack.chat_errors import why_refused
from bot.slack.web import SlackApi, SlackSaid, SlackUnreachable

NAME, CHANNELS, GROUPS, PEOPLE, MAIL = "policy", "channels", "groups", "people", "e-mail"

_LATER = "Try again in a minute; Slack limits how often it may be asked."
_NOT_THERE = {
    "channel_not_found": (
        "Slack knows no such channel, or it is private and the bot is not in it",
        "Correct its id in the policy (the channel's details, at the bottom), or type /invite @sayso in it.",
    ),
    "not_in_channel": ("the bot is not in it, and cannot post there", "Type /invite @sayso in the channel."),
    "missing_scope": ("the token may not look into it", "See the line about scopes."),
}
_MAY_NOT = {
    Standing.GUEST: "is a guest, who may not decide",
    Standing.STRANGER: "belongs to another workspace, and may not decide",
    Standing.GONE: "is not in the workspace, or is deactivated",
}


def look_at_policy(settings: Settings) -> tuple[Policy | None, list[Finding]]:
    """The policy that `serve` would use; None with a line for every problem of one that does not hold."""
    path = settings.policies or shipped_policies()
    called = _called(settings.policies)
    try:
        policy = load_policy(path)
    except PolicyError as wrong:
        fix = "Correct this line; `sayso policy check` looks again."
        return None, [failed(NAME, str(problem), fix=fix) for problem in wrong.problems]
    rules = len(policy.deny) + len(policy.always_ask) + len(policy.rules) + len(policy.never_ask)
    found = [ok(NAME, f"{called} holds: {rules} rules, {len(policy.ladders)} ladders")]
    if settings.policies is None:
        what = (
            "SAYSO_POLICIES is not set, so the shipped example is in force, with people and channels that are made up"
        )
        found.append(
            warning(NAME, what, fix="Run `sayso init`, put your own into the file, and set SAYSO_POLICIES to it.")
        )
    if policy.operations.emails and settings.smtp_url is None:
        what = "the policy names e-mail addresses for operations, and SAYSO_SMTP_URL is not set"
        found.append(warning(MAIL, what, fix="Set SAYSO_SMTP_URL, or leave the addresses out of the policy."))
    return policy, found


async def look_at_channels(api: SlackApi, policy: Policy) -> list[Finding]:
    """Whether the bot is in every channel that the policy names: it posts only where it is."""
    channels = channels_of(policy)
    found = [await _look_at_channel(api, channel, what_for) for channel, what_for in channels.items()]
    bad = [one for one in found if one is not None]
    good = len(channels) - len(bad)
    return [*([ok(CHANNELS, f"the bot is in {_counted(good, 'channel')} of the policy")] if good else []), *bad]


async def look_at_groups(directory: Directory, policy: Policy) -> list[Finding]:
    """Whether the workspace has every user group of the policy, with somebody in it."""
    found = [await _look_at_group(directory, group) for group in policy.groups.values()]
    bad = [one for one in found if one is not None]
    good = len(policy.groups) - len(bad)
    return [*([ok(GROUPS, f"{_counted(good, 'user group')} of the policy found, with members")] if good else []), *bad]


async def look_at_people(directory: Directory, policy: Policy) -> list[Finding]:
    """Whether everybody whom the policy names is a full member: nobody else may decide."""
    people = _people_of(policy)
    found = [await _look_at_person(directory, person_id, name) for person_id, name in people.items()]
    bad = [one for one in found if one is not None]
    good = len(people) - len(bad)
    counted = (
        "1 person of the policy is a full member" if good == 1 else f"{good} people of the policy are full members"
    )
    return [*([ok(PEOPLE, counted)] if good else []), *bad]


def channels_of(policy: Policy) -> Mapping[str, str]:
    """Every channel, with what it is for."""
    uses = [(step.channel, f"ladder {name}") for name, steps in policy.ladders.items() for step in steps]
    found = dict[str, list[str]]()
    for channel, use in [*uses, (policy.operations.channel, "operations")]:
        named = found.setdefault(channel, [])
        if use not in named:
            named.append(use)
    return {channel: ", ".join(named) for channel, named in found.items()}


async def _look_at_channel(api: SlackApi, channel: str, what_for: str) -> Finding | None:
    try:
        await api.read("conversations.history", channel=channel, limit=1)
    except SlackSaid as said:
        what, fix = _NOT_THERE.get(said.code, (why_refused(said).rstrip("."), "Choose another channel in the policy."))
        return failed(CHANNELS, f"{channel} ({what_for}): {what}", fix=fix)
    except SlackUnreachable as problem:
        return warning(CHANNELS, f"{channel} ({what_for}) could not be looked at: {problem}", fix=_LATER)
    return None


async def _look_at_group(directory: Directory, group: ReviewerRef) -> Finding | None:
    called = f"{group.id} ({group.name})"
    try:
        members = await directory.members(group.id)
    except DirectoryUnavailable as problem:
        return failed(
            GROUPS, f"{called} cannot be looked at: {problem}", fix="See the lines about the token and scopes."
        )
    if members:
        return None
    if members is not None:
        fix = "Put somebody into the group in Slack: until then nobody is asked by it."
        return failed(GROUPS, f"{called} has no members", fix=fix)
    if group.instead:
        names = ", ".join(one.name for one in group.instead)
        what = f"the workspace has no user group {called}; {names} are asked instead"
        return warning(GROUPS, what, fix="Correct its id in the policy, if there is such a group.")
    fix = "Correct its id in the policy (it is in the group's address), or say under `instead` whom to ask."
    return failed(GROUPS, f"the workspace has no user group {called}, and nobody is asked instead", fix=fix)


async def _look_at_person(directory: Directory, id: str, name: str) -> Finding | None:
    called = f"{id} ({name})" if name != id else id
    try:
        standing = await directory.standing(id)
    except DirectoryUnavailable as problem:
        return failed(
            PEOPLE, f"{called} cannot be looked up: {problem}", fix="See the lines about the token and scopes."
        )
    if standing is Standing.FULL:
        return None
    fix = "Correct the id in the policy (the person's profile, “Copy member ID”), or name somebody else."
    return failed(PEOPLE, f"{called} {_MAY_NOT[standing]}", fix=fix)


def _people_of(policy: Policy) -> dict[str, str]:
    named = {person_id: person.name for person_id, person in policy.people.items()}
    everybody = (*named, *sorted(policy.operators | policy.policy_admins))
    return {person_id: named.get(person_id, person_id) for person_id in everybody}


def _called(path: Path | None) -> str:
    return "the shipped policy" if path is None else str(path)


def _counted(many: int, what: str) -> str:
    return f"{many} {what}" if many == 1 else f"{many} {what}s"

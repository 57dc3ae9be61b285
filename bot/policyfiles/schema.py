"""The shape of a policy file, entry by entry. What entries say of each other is checked in checks.py."""

import re
from difflib import get_close_matches
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PositiveInt
from pydantic_core import PydanticCustomError

from bot.domain.action import BlastRadius
from bot.domain.policy import WhoMayStop
from bot.domain.ruling import Level, Risk
from bot.domain.schedule import Weekday

EXPECTED = "expected"
"""The type of our own validation errors; their message says what was expected."""


def _wrong(expected: str) -> PydanticCustomError:
    return PydanticCustomError(EXPECTED, "{expected}", {"expected": expected})


def _matching(pattern: str, expected: str) -> AfterValidator:
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if not compiled.fullmatch(text):
            raise _wrong(expected)
        return text

    return AfterValidator(check)


def _clock_time(said: object) -> object:
    """YAML reads 17:30 without quotes as a number."""
    if not isinstance(said, str) or not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", said, re.ASCII):
        raise _wrong('a time of day in quotes, such as "17:30"')
    return said


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones, such as Europe
        near = get_close_matches(name, available_timezones(), n=1)
        raise _wrong(f"a time zone, such as {near[0] if near else 'Europe/Berlin'}") from None
    return name


SlackUserId = Annotated[str, _matching(r"[UW][A-Z0-9]{2,20}", "a Slack user id: U or W, then capitals and digits")]
SlackGroupId = Annotated[str, _matching(r"S[A-Z0-9]{2,20}", "a Slack user group id: S, then capitals and digits")]
ChannelId = Annotated[str, _matching(r"[CG][A-Z0-9]{2,20}", "a Slack channel id: C or G, then capitals and digits")]
Email = Annotated[str, _matching(r"[^@\s]+@[^@\s]+\.[^@\s.]+", "an e-mail address")]
RuleId = Annotated[str, _matching(r"[a-z0-9]+(-[a-z0-9]+)*", "an id of small letters, digits and single dashes")]
Text = Annotated[str, _matching(r"(?s).*\S.*", "some text")]
ClockTime = Annotated[str, BeforeValidator(_clock_time)]
ZoneName = Annotated[str, AfterValidator(_zone)]
WeekdayWord = Annotated[Weekday, Field(strict=False)]
Seconds = PositiveInt
LevelWord = Annotated[Level, Field(strict=False)]


_RULE_STAND_INS = {"reason": "-", "when": "true"}


class Entry(BaseModel):
    """`stand_ins` take the place of wrong fields while the rest of an entry with a mistake is checked."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    stand_ins: ClassVar[dict[str, Any]] = {}


class PersonEntry(Entry):
    stand_ins: ClassVar[dict[str, Any]] = {"name": "-"}

    slack_user_id: SlackUserId
    name: Text


class GroupEntry(Entry):
    stand_ins: ClassVar[dict[str, Any]] = {"slack_group_id": "S00", "name": "-"}

    slack_group_id: SlackGroupId
    name: Text
    instead: list[str] = []


class StepEntry(Entry):
    ask: Annotated[list[str], Field(min_length=1)]
    channel: str
    wait_seconds: Seconds
    remind_after_seconds: list[Seconds] = []
    direct: bool = False


class OperationsEntry(Entry):
    channel: str
    emails: list[Email] = []


class ChannelDigestEntry(Entry):
    """A channel with a time of its own; what it leaves out is as for the others."""

    at: ClockTime | None = None
    zone: ZoneName | None = None
    days: list[WeekdayWord] | None = None


class DigestEntry(Entry):
    stand_ins: ClassVar[dict[str, Any]] = {"at": "00:00", "zone": "UTC"}

    at: ClockTime
    zone: ZoneName
    days: list[WeekdayWord] = list(Weekday)
    channels: dict[str, ChannelDigestEntry] = {}


class KnownActionEntry(Entry):
    names: Annotated[list[Text], Field(min_length=1)]
    reversible: bool | None = None
    blast_radius: Annotated[BlastRadius | None, Field(strict=False)] = None
    external_effects: bool | None = None
    financial: bool | None = None
    personal_data: bool | None = None
    regulated: bool | None = None
    risk: Annotated[Risk, Field(strict=False)] = Risk.SAFE


class DefaultEntry(Entry):
    """What every rule that asks may say; the default rule has no condition."""

    stand_ins: ClassVar[dict[str, Any]] = {"reason": "-"}

    id: RuleId
    reason: Text
    level: LevelWord
    quorum: PositiveInt = 1
    ladder: str | None = None
    may_approve_own: bool = False
    deny_reason_required: bool = False


class AlwaysAskEntry(DefaultEntry):
    stand_ins: ClassVar[dict[str, Any]] = _RULE_STAND_INS

    when: Text


class RuleEntry(AlwaysAskEntry):
    consent_after_seconds: Seconds | None = None


class NeverAskEntry(Entry):
    stand_ins: ClassVar[dict[str, Any]] = _RULE_STAND_INS

    id: RuleId
    reason: Text
    when: Text
    level: LevelWord = Level.FULL_AUTO
    ladder: str | None = None  # whose first channel hears of it, where the level is notify_only


class DenyEntry(Entry):
    stand_ins: ClassVar[dict[str, Any]] = _RULE_STAND_INS

    id: RuleId
    reason: Text
    when: Text


class PolicyFile(Entry):
    """The sections of a file. What is in them is checked entry by entry, so that one mistake does not hide another."""

    people: Annotated[dict[str, Any], Field(min_length=1)]
    groups: dict[str, Any] = {}
    channels: Annotated[dict[str, Any], Field(min_length=1)]
    ladders: Annotated[dict[str, Any], Field(min_length=1)]
    default_ladder: str
    operations: dict[str, Any]
    digest: dict[str, Any] = {}
    who_may_stop: Annotated[WhoMayStop, Field(strict=False)] = WhoMayStop.MEMBERS
    operators: list[Any] = []
    policy_admins: list[Any] = []
    trusted_agents: list[Text] = []
    masked: Annotated[list[Text], Field(min_length=1)]
    known_actions: list[Any] = []
    deny: list[Any] = []
    always_ask: list[Any] = []
    rules: list[Any] = []
    never_ask: list[Any] = []
    default: dict[str, Any]

"""One small policy whose rulings follow from an action's name and arguments, so that a test says what it wants."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.action import Environment, Impact
from bot.domain.people import Person, ReviewerKind, ReviewerRef
from bot.domain.policy import Facts, KnownAction, Operations, Policy, Rule
from bot.domain.ruling import LadderStep, Level, RuleRef

OWNER = "U9"
ANA, BO, CHEN, DAN, EVE, SUE = (
    Person(surface="slack", id=slack_user_id, name=name)
    for slack_user_id, name in (
        ("U1", "Ana"),
        ("U2", "Bo"),
        ("U3", "Chen"),
        ("U4", "Dan"),
        ("U5", "Eve"),
        ("U6", "Sue"),
    )
)
"""Ana and Bo are asked by name, Dan as a member of @platform, Chen as backup and as a member, Sue for security, Eve
never."""
OWEN = Person(surface="slack", id=OWNER, name="Owen")
PLATFORM = "S1"
GROUPS: dict[str, frozenset[str] | None] = {PLATFORM: frozenset({DAN.id, CHEN.id})}
TEAM, BACKUP, SECURITY, OPERATIONS = "C1", "C2", "C3", "C4"
OPERATIONS_MAIL = "operations@example.com"
FIRST_WAIT, SECOND_WAIT, CONSENT = timedelta(hours=1), timedelta(hours=2), timedelta(seconds=300)


def user(person: Person) -> ReviewerRef:
    return ReviewerRef(kind=ReviewerKind.USER, id=person.id, name=person.name)


def group(id: str, *instead: Person) -> ReviewerRef:
    return ReviewerRef(kind=ReviewerKind.GROUP, id=id, name=f"@{id}", instead=tuple(user(one) for one in instead))


LADDER = (
    LadderStep(
        reviewers=(user(ANA), user(BO), user(OWEN), group(PLATFORM)),
        channel=TEAM,
        wait=FIRST_WAIT,
        reminders=(timedelta(minutes=20), timedelta(minutes=40)),
    ),
    LadderStep(reviewers=(user(CHEN),), channel=BACKUP, wait=SECOND_WAIT, direct=True),
)
SECURITY_LADDER = (LadderStep(reviewers=(user(SUE), user(OWEN)), channel=SECURITY, wait=FIRST_WAIT),)


@dataclass(frozen=True, slots=True)
class Named:
    """Holds for actions whose name begins so."""

    prefix: str

    @property
    def text(self) -> str:
        return f"action.name begins with {self.prefix}"

    def holds(self, facts: Facts) -> bool:
        return facts.action.name.startswith(self.prefix)


@dataclass(frozen=True, slots=True)
class Having:
    """Holds for actions with this argument set to true."""

    argument: str

    @property
    def text(self) -> str:
        return f"arguments.{self.argument}"

    def holds(self, facts: Facts) -> bool:
        return facts.action.arguments.get(self.argument) is True


def a_policy() -> Policy:
    """`soft_…` waits for objections, `hard_…` asks one, `pair_…` two, `secure_…` security; `auto_…`, `notify_…` ask
    nobody; `own_…` lets the owner decide, `reasoned_…` wants a reason to deny, `forbidden_…` is denied.

    The arguments `force`, `secure`, `harmless` and `forbidden` do the same as a name.
    """
    return Policy(
        ladders={"team": LADDER, "security": SECURITY_LADDER},
        default_ladder="team",
        default=_rule("default", Level.HARD_APPROVAL),
        operations=Operations(channel=OPERATIONS, emails=(OPERATIONS_MAIL,)),
        deny=(
            _rule("forbidden", Level.HARD_APPROVAL, Named("forbidden_"), reason="never on a Friday"),
            _rule("forbidden-argument", Level.HARD_APPROVAL, Having("forbidden"), reason="never like this"),
        ),
        rules=(
            _rule("auto", Level.FULL_AUTO, Named("auto_")),
            _rule("notify", Level.NOTIFY_ONLY, Named("notify_")),
            _rule("soft", Level.SOFT_APPROVAL, Named("soft_"), consent_after=CONSENT),
            _rule("softpair", Level.SOFT_APPROVAL, Named("softpair_"), consent_after=CONSENT, quorum=2),
            _rule("hard", Level.HARD_APPROVAL, Named("hard_")),
            _rule("pair", Level.HARD_APPROVAL, Named("pair_"), quorum=2),
            _rule("force", Level.HARD_APPROVAL, Having("force"), quorum=2),
            _rule("secure", Level.HARD_APPROVAL, Named("secure_"), ladder="security"),
            _rule("secure-argument", Level.HARD_APPROVAL, Having("secure"), ladder="security"),
            _rule("own", Level.HARD_APPROVAL, Named("own_"), may_approve_own=True),
            _rule("reasoned", Level.HARD_APPROVAL, Named("reasoned_"), deny_reason_required=True),
        ),
        never_ask=(_rule("harmless", Level.FULL_AUTO, Having("harmless")),),
        known_actions=(KnownAction(ref=RuleRef(place="test:2", id="soft"), names=("soft*",), impact=_BENIGN),),
        masked=("password",),
        people={person.id: user(person) for person in (ANA, BO, CHEN, DAN, SUE, OWEN)},
        groups={PLATFORM: group(PLATFORM)},
    )


STAGING = Environment.STAGING
_BENIGN = Impact(
    reversible=True,
    external_effects=False,
    financial=False,
    personal_data=False,
    regulated=False,
    cost_micros=0,
    affected_count=1,
)


def _rule(
    id: str,
    level: Level,
    when: Named | Having | None = None,
    *,
    quorum: int = 1,
    ladder: str | None = None,
    consent_after: timedelta | None = None,
    reason: str = "",
    may_approve_own: bool = False,
    deny_reason_required: bool = False,
) -> Rule:
    return Rule(
        ref=RuleRef(place="test:1", id=id),
        level=level,
        when=when,
        quorum=quorum,
        ladder=ladder,
        consent_after=consent_after,
        reason=reason,
        may_approve_own=may_approve_own,
        deny_reason_required=deny_reason_required,
    )

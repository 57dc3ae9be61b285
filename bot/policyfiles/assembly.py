"""Checked entries become the domain's Policy: names turn into Slack ids, seconds into timedelta."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from types import MappingProxyType
from typing import TypeAlias

from bot.domain.action import Impact
from bot.domain.people import ReviewerKind, ReviewerRef
from bot.domain.policy import KnownAction, Operations, Policy, Rule, WhoMayStop
from bot.domain.ruling import LadderStep, Level, RuleRef
from bot.domain.schedule import DigestPlan, Schedule, Weekday
from bot.policyfiles.document import Document, KeyPath
from bot.policyfiles.entries import At, AtRule, Entries
from bot.policyfiles.schema import (
    AlwaysAskEntry,
    ChannelDigestEntry,
    DefaultEntry,
    DenyEntry,
    DigestEntry,
    KnownActionEntry,
    NeverAskEntry,
    RuleEntry,
    StepEntry,
)

_AnyRule: TypeAlias = (
    AtRule[DenyEntry] | AtRule[AlwaysAskEntry] | AtRule[RuleEntry] | AtRule[NeverAskEntry] | At[DefaultEntry]
)


def assembled(document: Document, entries: Entries) -> Policy:
    """The policy of a document without problems."""
    assert entries.operations
    assert entries.default
    data = document.data
    assembly = _Assembly(document, entries, _people(entries))
    groups = {name: assembly.group(name) for name in entries.groups}
    ladders = {name: assembly.ladder(steps, groups) for name, steps in entries.ladders.items()}
    operations = entries.operations.entry
    return Policy(
        ladders=MappingProxyType(ladders),
        default_ladder=data["default_ladder"],
        default=assembly.rule(entries.default),
        operations=Operations(channel=entries.channels[operations.channel], emails=tuple(operations.emails)),
        deny=assembly.rules(entries.deny),
        always_ask=assembly.rules(entries.always_ask),
        rules=assembly.rules(entries.rules),
        never_ask=assembly.rules(entries.never_ask),
        known_actions=tuple(assembly.known_action(at) for at in entries.known_actions),
        trusted_agents=frozenset(data.get("trusted_agents", ())),
        masked=tuple(data["masked"]),
        who_may_stop=WhoMayStop(data.get("who_may_stop", WhoMayStop.MEMBERS)),
        operators=frozenset(assembly.people[name].id for name in data.get("operators", ())),
        policy_admins=frozenset(assembly.people[name].id for name in data.get("policy_admins", ())),
        people=MappingProxyType({ref.id: ref for ref in assembly.people.values()}),
        groups=MappingProxyType({ref.id: ref for ref in groups.values()}),
        digest=assembly.digest_plan(entries.digest.entry) if entries.digest else DigestPlan(),
    )


def _people(entries: Entries) -> dict[str, ReviewerRef]:
    return {
        name: ReviewerRef(kind=ReviewerKind.USER, id=at.entry.slack_user_id, name=at.entry.name)
        for name, at in entries.people.items()
    }


@dataclass(frozen=True, slots=True)
class _Assembly:
    document: Document
    entries: Entries
    people: dict[str, ReviewerRef]

    def group(self, name: str) -> ReviewerRef:
        entry = self.entries.groups[name].entry
        instead = tuple(self.people[person] for person in entry.instead)
        return ReviewerRef(kind=ReviewerKind.GROUP, id=entry.slack_group_id, name=entry.name, instead=instead)

    def ladder(self, steps: Sequence[At[StepEntry]], groups: dict[str, ReviewerRef]) -> tuple[LadderStep, ...]:
        reviewers = self.people | groups
        return tuple(
            LadderStep(
                reviewers=tuple(reviewers[name] for name in step.entry.ask),
                channel=self.entries.channels[step.entry.channel],
                wait=timedelta(seconds=step.entry.wait_seconds),
                reminders=tuple(timedelta(seconds=seconds) for seconds in step.entry.remind_after_seconds),
                direct=step.entry.direct,
            )
            for step in steps
        )

    def rules(self, ats: Sequence[_AnyRule]) -> tuple[Rule, ...]:
        return tuple(self.rule(at) for at in ats)

    def rule(self, at: _AnyRule) -> Rule:
        entry = at.entry
        ref = RuleRef(place=self.place(at.path), id=entry.id)
        when = at.condition if isinstance(at, AtRule) else None
        if isinstance(entry, DenyEntry):
            return Rule(ref=ref, level=Level.HARD_APPROVAL, when=when, reason=entry.reason)
        if isinstance(entry, NeverAskEntry):
            return Rule(ref=ref, level=entry.level, when=when, reason=entry.reason, ladder=entry.ladder)
        consent = entry.consent_after_seconds if isinstance(entry, RuleEntry) else None
        return Rule(
            ref=ref,
            level=entry.level,
            when=when,
            reason=entry.reason,
            quorum=entry.quorum,
            ladder=entry.ladder,
            consent_after=None if consent is None else timedelta(seconds=consent),
            may_approve_own=entry.may_approve_own,
            deny_reason_required=entry.deny_reason_required,
        )

    def known_action(self, at: At[KnownActionEntry]) -> KnownAction:
        entry = at.entry
        impact = Impact(
            reversible=entry.reversible,
            blast_radius=entry.blast_radius,
            external_effects=entry.external_effects,
            financial=entry.financial,
            personal_data=entry.personal_data,
            regulated=entry.regulated,
        )
        ref = RuleRef(place=self.place(at.path), id=entry.names[0])
        return KnownAction(ref=ref, names=tuple(entry.names), impact=impact, risk=entry.risk)

    def digest_plan(self, entry: DigestEntry) -> DigestPlan:
        own = {self.entries.channels[name]: _schedule(entry, one) for name, one in entry.channels.items()}
        return DigestPlan(usual=_schedule(entry, ChannelDigestEntry()), of_channel=MappingProxyType(own))

    def place(self, path: KeyPath) -> str:
        return f"{self.document.file}:{self.document.place(path).line}"


def _schedule(usual: DigestEntry, own: ChannelDigestEntry) -> Schedule:
    days = usual.days if own.days is None else own.days
    return Schedule(
        at=time.fromisoformat(own.at or usual.at),
        zone=own.zone or usual.zone,
        days=tuple(day for day in Weekday if day in days),
    )

"""What the entries of a policy must be to each other: every name is known, every wait fits, every rule can be met."""

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from bot.domain.ruling import WITHOUT_ASKING, Level
from bot.policyfiles.document import Document, KeyPath
from bot.policyfiles.entries import At, AtRule, Entries, list_at, mapping_at
from bot.policyfiles.schema import (
    AlwaysAskEntry,
    DefaultEntry,
    DenyEntry,
    NeverAskEntry,
    PersonEntry,
    RuleEntry,
    StepEntry,
)

CONSENT_SECONDS = 300  # B8: nobody is outrun by a shorter silence
LADDER_SECONDS = 86_400  # B8: a day, and nobody waits longer

V = TypeVar("V")

_DECLARED = re.compile(r"\bdeclared\.\w+")


def check_entries(document: Document, entries: Entries) -> None:
    """Add to the document's problems whatever does not fit together."""
    check = _Check(document, entries)
    check.people()
    check.groups()
    check.ladders()
    check.operations()
    check.digest()
    check.known_actions()
    check.rule_ids()
    check.levels()
    check.rules()


class _Check:
    """Names are known when they stand in the file, even if their entry has a mistake of its own."""

    def __init__(self, document: Document, entries: Entries) -> None:
        self._document, self._entries, self._blame = document, entries, document.blame
        self._people = list(mapping_at(document, "people"))
        self._groups = list(mapping_at(document, "groups"))
        self._channels = list(mapping_at(document, "channels"))
        self._ladders = list(mapping_at(document, "ladders"))

    def people(self) -> None:
        for _, name, first in _twice((at.entry.slack_user_id, name) for name, at in self._entries.people.items()):
            found = f"the Slack user of `{first}` again"
            self._blame(("people", name, "slack_user_id"), found, "another person: a quorum counts people, not names")
        for section in ("operators", "policy_admins"):
            for n, name in enumerate(list_at(self._document, section)):
                self._known((section, n), name, self._people, "a name under `people`")

    def groups(self) -> None:
        for name, at in self._entries.groups.items():
            if name in self._people:
                self._blame(
                    at.path, f"the name `{name}` again", "a name that no person under `people` has", at_key=True
                )
            for n, person in enumerate(at.entry.instead):
                self._known((*at.path, "instead", n), person, self._people, "a name under `people`")

    def ladders(self) -> None:
        self._ladder_known(("default_ladder",), self._document.data.get("default_ladder"))
        for name, steps in self._entries.ladders.items():
            for step in steps:
                self._step(step)
            whole = sum(step.entry.wait_seconds for step in steps)
            if whole > LADDER_SECONDS:
                found = f"a ladder that takes {whole} seconds"
                self._blame(("ladders", name), found, f"{LADDER_SECONDS} at most, all steps together", at_key=True)

    def operations(self) -> None:
        if (at := self._entries.operations) is not None:
            self._known((*at.path, "channel"), at.entry.channel, self._channels, "a name under `channels`")

    def digest(self) -> None:
        if (at := self._entries.digest) is None:
            return
        first = {steps[0].entry.channel for steps in self._entries.ladders.values()}
        for name in at.entry.channels:
            path = (*at.path, "channels", name)
            if name not in first:
                expected = f"a channel in which a ladder asks first ({', '.join(sorted(first))})"
                self._blame(path, f"`{name}`", expected, at_key=True)

    def known_actions(self) -> None:
        globs = (
            (name.lower(), (at.path, n)) for at in self._entries.known_actions for n, name in enumerate(at.entry.names)
        )
        for glob, (path, n), (first, _) in _twice(globs):
            line = self._document.place(first).line
            self._blame((*path, "names", n), f"`{glob}` a second time", f"it once (the first is on line {line})")

    def rule_ids(self) -> None:
        for rule_id, path, first in _twice((at.entry.id, at.path) for at in self._every_rule()):
            line = self._document.place(first).line
            found = f"the rule id `{rule_id}` a second time"
            self._blame((*path, "id"), found, f"another id (the first is on line {line})")

    def levels(self) -> None:
        for at in [*self._entries.always_ask, *([self._entries.default] if self._entries.default else [])]:
            if at.entry.level in WITHOUT_ASKING:
                expected = "a level that asks: soft_approval, hard_approval or human_takeover"
                self._blame((*at.path, "level"), f"{at.entry.level}", expected)
        for at in self._entries.never_ask:
            if at.entry.level not in WITHOUT_ASKING:
                self._blame(
                    (*at.path, "level"), f"{at.entry.level}", "a level that does not ask: full_auto or notify_only"
                )

    def rules(self) -> None:
        entries = self._entries
        asking: list[At[DefaultEntry]] = [*entries.always_ask, *entries.rules]
        for at in [*asking, *([entries.default] if entries.default else [])]:
            self._ladder_known((*at.path, "ladder"), at.entry.ladder)
            self._quorum(at)
        for at in entries.never_ask:
            self._ladder_known((*at.path, "ladder"), at.entry.ladder)
            self._loosens_by_facts(at)
        for at in entries.rules:
            self._consent(at)
            if entries.default and at.entry.level.strictness < entries.default.entry.level.strictness:
                self._loosens_by_facts(at)

    def _step(self, step: At[StepEntry]) -> None:
        entry, path = step.entry, step.path
        self._known((*path, "channel"), entry.channel, self._channels, "a name under `channels`")
        for n, name in enumerate(entry.ask):
            self._known((*path, "ask", n), name, [*self._people, *self._groups], "a name under `people` or `groups`")
            if name in entry.ask[:n]:
                self._blame((*path, "ask", n), f"`{name}` a second time", "each reviewer once in a step")
        for n, seconds in enumerate(entry.remind_after_seconds):
            here = (*path, "remind_after_seconds", n)
            if seconds >= entry.wait_seconds:
                self._blame(
                    here, f"a reminder after {seconds} seconds", f"one before the wait ends ({entry.wait_seconds})"
                )
            if n and seconds <= entry.remind_after_seconds[n - 1]:
                self._blame(here, f"a reminder after {seconds} seconds", "reminders in the order of time")

    def _quorum(self, at: At[DefaultEntry]) -> None:
        first = self._first_step(at.entry.ladder)
        if first is None or any(name in self._groups for name in first.entry.ask):
            return
        asked = {self._person(name) for name in first.entry.ask}
        if at.entry.quorum > len(asked):
            found = f"a quorum of {at.entry.quorum}, where the ladder first asks {len(asked)}"
            self._blame((*at.path, "quorum"), found, "no more than are asked at first")

    def _consent(self, at: At[RuleEntry]) -> None:
        seconds, path = at.entry.consent_after_seconds, (*at.path, "consent_after_seconds")
        if seconds is None:
            return
        if at.entry.level is not Level.SOFT_APPROVAL:
            found = f"consent in a rule of level {at.entry.level}"
            self._blame(path, found, "it only at soft_approval: elsewhere silence is never consent", at_key=True)
        if seconds < CONSENT_SECONDS:
            self._blame(path, f"consent after {seconds} seconds", f"{CONSENT_SECONDS} at least")
        first = self._first_step(at.entry.ladder)
        if first is not None and seconds >= first.entry.wait_seconds:
            wait = first.entry.wait_seconds
            self._blame(
                path, f"consent after {seconds} seconds", f"less than the wait of its ladder's first step ({wait})"
            )

    def _loosens_by_facts(self, at: AtRule[NeverAskEntry] | AtRule[RuleEntry]) -> None:
        """A rule that loosens must not build on what only the agent says (B1)."""
        if used := _DECLARED.search(at.entry.when):
            meant = used[0].replace("declared.", "impact.")
            self._blame(
                (*at.path, "when"), f"`{used[0]}` in a rule that loosens", f"`{meant}`, which an agent cannot loosen"
            )

    def _known(self, path: KeyPath, name: object, known: list[str], expected: str) -> None:
        if not isinstance(name, str) or name not in known:
            found = f"the unknown name `{name}`" if isinstance(name, str) else "something that is no name"
            self._blame(path, found, f"{expected} ({', '.join(known)})")

    def _ladder_known(self, path: KeyPath, name: object) -> None:
        if name is not None and name not in self._ladders:
            self._blame(path, f"the unknown ladder `{name}`", f"one of {', '.join(self._ladders)}")

    def _first_step(self, ladder: str | None) -> At[StepEntry] | None:
        steps = self._entries.ladders.get(ladder or str(self._document.data.get("default_ladder")))
        return steps[0] if steps else None

    def _person(self, name: str) -> str:
        at: At[PersonEntry] | None = self._entries.people.get(name)
        return at.entry.slack_user_id if at else name

    def _every_rule(self) -> Iterator[At[DefaultEntry] | AtRule[DenyEntry] | AtRule[NeverAskEntry]]:
        entries = self._entries
        yield from entries.deny
        always: list[AtRule[AlwaysAskEntry]] = entries.always_ask
        yield from always
        yield from entries.rules
        yield from entries.never_ask
        if entries.default:
            yield entries.default


def _twice(pairs: Iterable[tuple[str, V]]) -> Iterator[tuple[str, V, V]]:
    """Each key that came before, with its value here and its first one."""
    seen: dict[str, V] = {}
    for key, value in pairs:
        if key in seen:
            yield key, value, seen[key]
        else:
            seen[key] = value

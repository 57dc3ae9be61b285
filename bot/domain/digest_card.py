"""What a digest shows: the parent with the day in five lines at most, and below it a reply for each agent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from bot.domain.alert import AlertGroup, Mute
from bot.domain.card_parts import Fact
from bot.domain.card_text import (
    CHOICE_LENGTH,
    Line,
    Moment,
    Name,
    OurLine,
    OurPart,
    Ours,
    Style,
    Words,
    day_and_time,
    moment,
    one_line,
    shortened,
    text_of,
)
from bot.domain.decision import Outcome
from bot.domain.digest import Digest, DigestPart, Heap, Sort, quality_of
from bot.domain.people import Agent
from bot.domain.small_requests import Small

USUAL_LENGTH = timedelta(hours=25)
"""A digest of more than a day, a change of the clocks aside, says since when it tells."""
MOST_MENU_KINDS = 4

_ENDED = {
    Outcome.APPROVED: "approved",
    Outcome.OPTION_CHOSEN: "with an option",
    Outcome.MODIFIED: "changed",
    Outcome.ANSWERED: "answered",
    Outcome.DENIED: "denied",
    Outcome.EXPIRED: "expired",
    Outcome.TAKEN_OVER: "taken over",
    Outcome.WITHDRAWN: "taken back",
    Outcome.SUPERSEDED: "asked anew",
}
_BECAME = {**_ENDED, Outcome.OPTION_CHOSEN: "approved with an option", Outcome.CONSENTED: "went ahead on silence"}
_HEAPS = {
    Sort.SILENCE: ("Silence", "went ahead, nobody objected"),
    Sort.TOLD: ("Told", "done without asking"),
    Sort.EXPIRED: ("Expired", "got no answer, nothing ran"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestParent:
    """The message that opens the thread. `lines` are five at most."""

    digest_id: str
    header: str
    lines: tuple[OurLine, ...]
    foot: tuple[OurLine, ...]
    summary: OurLine

    is_urgent = False
    shows_outcome = False

    @property
    def text(self) -> str:
        """All of it, for surfaces without markup."""
        return text_of(self.summary)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRequest:
    """A small request in a reply; `became` is what came of it since."""

    small: Small
    became: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KindEntry:
    """A kind of alerts that can be muted, or shown again."""

    kind: str
    is_muted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestReply:
    """One agent's reply. `kinds` can be muted in its menu; what of `waiting` still waits can be approved together."""

    digest_id: str
    agent: Agent
    head: OurLine
    facts: tuple[Fact, ...]
    waiting: tuple[ListedRequest, ...]
    kinds: tuple[KindEntry, ...]
    summary: Line

    is_urgent = False
    shows_outcome = False

    @property
    def may_approve(self) -> bool:
        return any(one.became is None for one in self.waiting)

    @property
    def text(self) -> str:
        """All of it, for surfaces without markup."""
        return text_of(self.summary)


def parent_of(digest: Digest, *, still_waiting: Mapping[str, datetime | None], now: datetime) -> DigestParent:
    """`still_waiting` has the due time of those requests of the digest that wait now."""
    day = _day_words(digest)
    lines = [_waiting_line(digest, still_waiting, now), *_ended_lines(digest), *_alert_lines(digest)]
    header = f"{day}: {quality_of(digest)}"
    thread = (Ours(" Details in the thread."),) if digest.parts else ()
    said = [(Ours(f"{header}."),), *lines, *([thread] if thread else [])]
    return DigestParent(
        digest_id=digest.id,
        header=header,
        lines=tuple((*line, *thread) if line is lines[-1] else line for line in lines),
        foot=_foot(digest),
        summary=tuple(chain.from_iterable((*line, Ours(" ")) for line in _unstyled(said))),
    )


def reply_of(
    digest: Digest,
    part: DigestPart,
    *,
    became: Mapping[str, Outcome | None],
    mutes: Sequence[Mute],
    now: datetime,
) -> DigestReply:
    """`became` has what each small request came to, None while it waits; `mutes` are those of this agent in force."""
    muted = {mute.kind: mute for mute in mutes}
    waiting = tuple(
        ListedRequest(small=small, became=_BECAME.get(outcome, "closed") if outcome else None)
        for small in part.small
        for outcome in [became.get(small.request_id)]
    )
    head = _counts(part)
    facts = [_alerts_fact(group, muted.get(group.kind), now) for group in part.alerts]
    if part.other_alerts:
        facts.append(Fact(label="Other kinds", text=(Ours(f"{_many(part.other_alerts, 'alert', 'alerts')}."),)))
    facts += map(_heap_fact, part.heaps)
    kinds = [KindEntry(kind=group.kind, is_muted=group.kind in muted) for group in part.alerts]
    titles: list[Line] = [(Words(listed.small.title),) for listed in waiting]
    return DigestReply(
        digest_id=digest.id,
        agent=part.agent,
        head=(Name(part.agent.name, Style.BOLD), Ours(f" · {head}")),
        facts=tuple(facts),
        waiting=waiting,
        kinds=tuple(kinds[:MOST_MENU_KINDS]),
        summary=(Name(part.agent.name), Ours(f": {head}"), *_listed(titles, ": "), Ours(".")),
    )


def _day_words(digest: Digest) -> str:
    local = digest.schedule.local(digest.until)
    return f"{local:%A} {local.day} {local:%B}{'' if digest.by is None else ' so far'}"


def _waiting_line(digest: Digest, still_waiting: Mapping[str, datetime | None], now: datetime) -> OurLine:
    count = digest.waiting.count
    gone = sum(one not in still_waiting for one in digest.waiting.request_ids)
    left = count - gone
    if not count:
        return (Ours("Nothing waits."),)
    due = min((at for at in still_waiting.values() if at is not None), default=None)
    the_next = "" if left == 1 else "the next one "
    until: OurLine = (Ours(f", {the_next}until "), moment(due, now)) if left and due else ()
    if not gone:
        return (Ours(_many(count, "request waits", "requests wait"), Style.BOLD), *until, Ours("."))
    still = {0: ", none does any more", 1: ", one still does"}.get(left, f", {left} still do")
    return (Ours(_many(count, "request", "requests") + " waited", Style.BOLD), Ours(still), *until, Ours("."))


def _ended_lines(digest: Digest) -> list[OurLine]:
    lines: list[OurLine] = []
    if digest.asked:
        ends = [
            f"{digest.outcomes[outcome]} {word}" for outcome, word in _ENDED.items() if digest.outcomes.get(outcome)
        ]
        lines.append((Ours(f"{digest.asked} asked:", Style.BOLD), Ours(f" {', '.join(ends)}.")))
    for outcome, words in ((Outcome.CONSENTED, "went ahead on silence"), (Outcome.AUTO_APPROVED, "told, not asked")):
        if count := digest.outcomes.get(outcome):
            lines.append(
                (Ours(f"{count} {words}.", Style.BOLD), Ours(f" {_undone(digest.undone.get(outcome, 0), count)}."))
            )
    return lines


def _alert_lines(digest: Digest) -> list[OurLine]:
    aside = f", {digest.muted_alerts} more muted" if digest.muted_alerts else ""
    if not digest.alerts:
        return [(Ours(f"{_many(digest.muted_alerts, 'alert', 'alerts')}, muted."),)] if aside else []
    whose = _many(digest.alerting, "agent", "agents")
    return [(Ours(_many(digest.alerts, "alert", "alerts"), Style.BOLD), Ours(f" from {whose}, none urgent{aside}."))]


def _foot(digest: Digest) -> tuple[OurLine, ...]:
    """Parts of the last line, apart by dots."""
    parts: list[OurLine] = []
    if digest.until - digest.since > USUAL_LENGTH:
        parts.append((Ours("Since "), day_and_time(digest.since)))
    if digest.parts:
        more = f", {digest.parts_left_out} more are only counted" if digest.parts_left_out else ""
        parts.append((Ours(f"One reply per agent below{more}"),))
    if digest.purged_at is not None:
        parts.append((Ours("Titles and texts were removed"),))
    if digest.by is not None:
        parts.append((Ours("Asked for by "), Name(digest.by.name)))
    if digest.next_at is not None:
        again = () if digest.by is None else (Ours(", with all of this"),)
        parts.append((*_next_words(digest, digest.next_at), *again))
    if digest.by is None:
        parts.append((Ours("`/agent digest now` for one in between"),))
    return tuple(parts)


def _next_words(digest: Digest, next_at: datetime) -> OurLine:
    """A day of the coming week is called by its name."""
    if timedelta(days=2) <= next_at - digest.at < timedelta(days=6):
        return (Ours(f"Next digest {digest.schedule.local(next_at):%A} "), Moment(next_at))
    return (Ours("Next digest "), day_and_time(next_at))


def _counts(part: DigestPart) -> str:
    heaps = {heap.sort: heap.count for heap in part.heaps}
    counts = [
        _many(part.told_alerts, "alert", "alerts") if part.told_alerts else "",
        f"{part.muted_alerts} muted" if part.muted_alerts else "",
        f"{heaps[Sort.SILENCE]} went ahead on silence" if Sort.SILENCE in heaps else "",
        f"{heaps[Sort.TOLD]} told" if Sort.TOLD in heaps else "",
        f"{heaps[Sort.EXPIRED]} expired" if Sort.EXPIRED in heaps else "",
        _many(len(part.small), "small request waits", "small requests wait") if part.small else "",
    ]
    return ", ".join(filter(None, counts))


def _alerts_fact(group: AlertGroup, mute: Mute | None, now: datetime) -> Fact:
    until: OurLine = ()
    if mute is not None:
        until = (Ours("muted until "), _day_first(mute.until, now), Ours(" by "), Name(mute.by.name), Ours("."))
    label = f"{group.count} × {group.kind}"
    if group.was_muted:
        return Fact(label=label, text=until or (Ours("muted when this was written."),))
    said = _listed([(Words(shortened(one_line(text), CHOICE_LENGTH)),) for text in group.texts], "")
    said = said or (Ours("What they said was removed."),)
    return Fact(label=label, text=(*said, *((Ours(" · "), *until) if until else ())))


def _heap_fact(heap: Heap) -> Fact:
    label, what = _HEAPS[heap.sort]
    titles: list[Line] = [(Words(title),) for title in heap.titles]
    left = heap.count - len(heap.titles)
    more = f" and {left} more" if left and titles else ""
    undone = "" if heap.sort is Sort.EXPIRED else f" {_undone(heap.undone, heap.count)}."
    return Fact(label=label, text=(Ours(f"{heap.count} {what}"), *_listed(titles, ": "), Ours(f"{more}.{undone}")))


def _listed(lines: Sequence[Line], before: str) -> Line:
    """A; B; C."""
    parts = chain.from_iterable((Ours("; " if place else before), *line) for place, line in enumerate(lines))
    return tuple(part for part in parts if not isinstance(part, Ours) or part.text)


def _undone(count: int, among: int) -> str:
    if among == 1:
        return "It was undone" if count else "It was not undone"
    return {0: "None was undone", 1: "1 was undone"}.get(count, f"{count} were undone")


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def _day_first(at: datetime, now: datetime) -> Moment:
    return Moment(at, with_day=True, is_day_first=True) if at - now > timedelta() else moment(at, now)


def _unstyled(lines: Sequence[OurLine]) -> list[OurLine]:
    def plain(part: OurPart) -> OurPart:
        return Ours(part.text) if isinstance(part, Ours) else part

    return [tuple(plain(part) for part in line) for line in lines]

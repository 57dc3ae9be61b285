"""The six promises, checked from outside: by what agents and people were told, the database and the audit.

1. every request that was acknowledged is there;     2. so is every word of a person that was acknowledged;
3. a request has one outcome, or none yet;           4. nothing may run that nobody entitled allowed;
5. no deadline is early, or later than its bound;    6. an agent gets the recorded decision, or nothing.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.domain.decision import Decision
from bot.domain.ruling import Ruling
from bot.localslack import LocalSlack
from bot.store.codec import from_json
from tests.faults.record import CLOSINGS, DELIVERIES, Record, moment
from tests.faults.witness import Told, Witness

WORDS = ("approve", "choose_")
"""The buttons by which a click alone decides; others open a form."""
BY_PEOPLE = {"approved", "modified", "option_chosen", "answered", "denied"}
EARLY = 0.005
UNSETTLING = {"opened", "revised", "started", "vote_counted", "reminded"}
"""After these the step has another clock than its own wait from its beginning."""

Allowed = Callable[[float], float]
"""How late what was due at this second may have been done."""
Row = dict[str, Any]


@dataclass
class Whole:
    """Everything about one request, read at one moment."""

    request: Row
    votes: list[Row] = field(default_factory=list[Row])
    audit: list[Row] = field(default_factory=list[Row])
    callbacks: list[Row] = field(default_factory=list[Row])
    deliveries: list[Row] = field(default_factory=list[Row])
    notices: list[Row] = field(default_factory=list[Row])

    @property
    def id(self) -> str:
        return self.request["id"]


@dataclass(frozen=True)
class Kept:
    """What a check counted, and the latenesses it saw, in seconds."""

    requests: int
    outcomes: Counter[str]
    votes: int
    told: int
    clicks: int
    latenesses: list[float]


def check(record: Record, witness: Witness, slack: LocalSlack, allowed: Allowed) -> Kept:
    """Raises AssertionError that names the promise and the request."""
    with record.at_one_moment():
        wholes = _read(record)
    assert witness.submitted <= set(wholes), f"1: acknowledged and gone: {witness.submitted - set(wholes)}"
    clicks = _check_clicks(slack, wholes)
    latenesses: list[float] = []
    for whole in wholes.values():
        _check_outcome(whole)
        _check_entitled(whole)
        latenesses += _check_deadlines(whole, allowed)
        _check_told(whole, witness.told.get(whole.id, set()))
    return Kept(
        requests=len(wholes),
        outcomes=Counter(str(whole.request["outcome"] or "pending") for whole in wholes.values()),
        votes=sum(len(whole.votes) for whole in wholes.values()),
        told=sum(len(told) for told in witness.told.values()),
        clicks=clicks,
        latenesses=latenesses,
    )


def _read(record: Record) -> dict[str, Whole]:
    wholes = {row["id"]: Whole(row) for row in record.rows("SELECT * FROM requests")}
    for table, order in (
        ("votes", "sequence"),
        ("audit", "sequence"),
        ("callbacks", "sequence"),
        ("deliveries", "request_id"),
        ("notices", "created_at"),
    ):
        for row in record.rows(f"SELECT * FROM {table} WHERE request_id IS NOT NULL ORDER BY {order}"):
            getattr(wholes[row["request_id"]], table).append(row)
    return wholes


def _check_clicks(slack: LocalSlack, wholes: dict[str, Whole]) -> int:
    """2: who was acknowledged is among the votes, or the request was closed, or they were told why not."""
    acknowledged = 0
    for delivery in slack.deliveries:
        payload, receipt = delivery.payload, delivery.receipt
        if receipt is None or receipt.problem is not None or payload.get("type") != "block_actions":
            continue
        acknowledged += 1
        who = payload["user"]["id"]
        for action in payload["actions"]:
            whole = wholes.get(str(action.get("value", "")).split(":")[0])
            if whole is None or not str(action["action_id"]).startswith(WORDS):
                continue
            was_counted = any(vote["person_id"] == who for vote in whole.votes)
            is_closed = whole.request["state"] == "closed"
            assert was_counted or is_closed or slack.ephemerals(who), f"2: a word of {who} on {whole.id} is lost"
    return acknowledged


def _check_outcome(whole: Whole) -> None:
    request, heads = whole.request, [json.loads(row["head"]) for row in whole.audit]
    closings = [head.get("outcome") for row, head in zip(whole.audit, heads, strict=True) if row["event"] in CLOSINGS]
    is_closed = request["state"] == "closed"
    is_born_closed = whole.audit[0]["event"] == "submitted" and request["version"] == 1 and is_closed
    if not is_born_closed:
        assert closings == ([request["outcome"]] if is_closed else []), f"3: {whole.id} closed by {closings}"
        assert len(whole.callbacks) == (1 if is_closed else 0), f"3: {whole.id} is queued {len(whole.callbacks)} times"
    assert len(whole.deliveries) == (1 if is_closed else 0), f"3: {whole.id}"
    versions = [head["version"] for head in heads if head.get("version") is not None]
    assert versions == list(range(1, request["version"] + 1)), f"3: {whole.id}: a change without entry: {versions}"
    steps = Counter(row["event"] for row in whole.audit if row["event"] in DELIVERIES)
    for delivery in whole.deliveries:
        assert delivery["version"] == 1 + steps.total(), f"3: {whole.id}: {delivery['state']} after {steps}"
        assert set(steps.values()) <= {1}, f"3: {whole.id}: happened twice: {steps}"


def _check_entitled(whole: Whole) -> None:
    request = whole.request
    if request["state"] != "closed":
        return
    ruling, decision = from_json(Ruling, request["ruling"]), from_json(Decision, request["decision"])
    deciders = {person.id for person in decision.decided_by}
    if request["outcome"] == "consented":
        assert ruling.consent_after is not None, f"4: {whole.id}: no policy lets silence consent"
        assert request["shown_at"] is not None, f"4: {whole.id}: nobody could see what they consented to"
        assert any(notice["slack_ts"] for notice in whole.notices), f"4: {whole.id}: no post is confirmed"
        assert not deciders
    elif request["outcome"] in BY_PEOPLE and not ruling.denied:
        asked = {reviewer.id for step in ruling.ladder[: request["step"] + 1] for reviewer in step.reviewers}
        voters = Counter(vote["person_id"] for vote in whole.votes if vote["revision"] == request["revision"])
        assert deciders <= set(voters), f"4: {whole.id}: decided by {deciders}, voted {voters}"
        assert deciders <= asked, f"4: {whole.id}: decided by {deciders - asked}, who were not asked"
        needed = ruling.quorum if request["outcome"] in {"approved", "option_chosen"} else 1
        assert len(deciders) >= needed, f"4: {whole.id}: {len(deciders)} of {needed}"
        assert max(voters.values()) == 1, f"4: {whole.id}: one person counted twice: {voters}"
    elif request["outcome"] == "auto_approved":
        assert not ruling.asks, f"4: {whole.id}: nobody was asked and somebody should have been"


def _check_deadlines(whole: Whole, allowed: Allowed) -> list[float]:
    """5: what silence did, against the moment that was due."""
    latenesses: list[float] = []
    for due, done, what in _moved_by_silence(whole):
        late, may_be = done - due, allowed(due)
        if may_be == float("inf"):
            continue
        assert late >= -EARLY, f"5: {whole.id} {what} {-late:.3f} s before its time"
        assert late <= may_be, f"5: {whole.id} {what} {late:.3f} s late, {may_be:.3f} s are allowed"
        latenesses.append(late)
    return latenesses


def _moved_by_silence(whole: Whole) -> Iterable[tuple[float, float, str]]:
    """When each was due and when it was done, as far as it can be told from outside."""
    ruling = from_json(Ruling, whole.request["ruling"])
    expires_at = whole.request["expires_at"]
    expiry = moment(expires_at).timestamp() if expires_at else float("inf")
    began: float | None = moment(whole.request["submitted_at"]).timestamp()
    shown, step = None, 0
    for row in whole.audit:
        at, event = moment(row["at"]).timestamp(), row["event"]
        if event in UNSETTLING:
            began = None
        elif event in {"shown", "consent_restarted"}:
            shown = at
        elif event == "escalated":
            if began is not None and json.loads(row["head"])["actor"]["kind"] == "system":
                yield min(expiry, began + ruling.ladder[step].wait.total_seconds()), at, event
            began, step = at, step + 1
        elif event == "consented" and shown is not None and ruling.consent_after is not None:
            yield shown + ruling.consent_after.total_seconds(), at, event
        elif event == "expired":
            yield expiry, at, event


def _check_told(whole: Whole, told: set[Told]) -> None:
    """6: all that an agent was ever told is what is recorded."""
    if not told:
        return
    request = whole.request
    assert request["state"] == "closed", f"6: an agent was told {told} of {whole.id}, which is open"
    decision = from_json(Decision, request["decision"])
    digest = decision.digest or request["action_digest"]
    recorded = Told(request["outcome"], decision.id, decision.claim, digest, decision.option_id)
    assert told == {recorded}, f"6: told {told}, recorded {recorded}"


def spread(latenesses: list[float]) -> str:
    """In words, for the page and the end of a run."""
    if not latenesses:
        return "no deadline fired"
    ordered = sorted(latenesses)
    at = {share: ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.99)}
    late = f"late by {at[0.5]:.3f} s p50, {at[0.99]:.3f} s p99, {ordered[-1]:.3f} s at most"
    return f"{len(ordered)} deadlines fired: {late}"


def by_outcome(outcomes: Counter[str]) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))

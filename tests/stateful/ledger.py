"""What everybody was told, kept beside the product, and what must therefore be true of the record."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import text

from bot.domain.action import Environment
from bot.domain.audit import AuditEntry
from bot.domain.decide import Decided
from bot.domain.decision import Outcome
from bot.domain.delivery import Delivery
from bot.domain.escalation import CONSENT_LATENESS
from bot.domain.people import Agent, Person
from bot.domain.request import ApprovalRequest
from bot.domain.ruling import Level
from bot.domain.vote import Verdict, Vote
from bot.services.work import Work
from tests.support.policies import ANA, BO, CHEN, CONSENT, DAN, OWEN, SUE
from tests.world import World

BY_PEOPLE = {Outcome.APPROVED, Outcome.MODIFIED, Outcome.OPTION_CHOSEN, Outcome.DENIED, Outcome.ANSWERED}
LET_THROUGH = {Outcome.APPROVED, Outcome.MODIFIED, Outcome.OPTION_CHOSEN}
TEAM_AT_STEP = ({ANA.id, BO.id, DAN.id, CHEN.id, OWEN.id}, {ANA.id, BO.id, DAN.id, CHEN.id, OWEN.id})
SECURITY = {SUE.id, OWEN.id}


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request with all that hangs on it, read in one transaction."""

    request: ApprovalRequest
    audit: list[AuditEntry]
    delivery: Delivery | None
    votes: list[tuple[str, str, str, int]]
    callbacks: int
    is_queued: bool


@dataclass(slots=True)
class Ledger:
    born: dict[str, ApprovalRequest] = field(default_factory=dict[str, ApprovalRequest])
    accepted: dict[str, list[Vote]] = field(default_factory=dict[str, list[Vote]])
    endings: dict[str, ApprovalRequest] = field(default_factory=dict[str, ApprovalRequest])
    versions: dict[str, int] = field(default_factory=dict[str, int])
    opened: set[str] = field(default_factory=set[str])
    acknowledged: set[str] = field(default_factory=set[str])
    looks: list[datetime] = field(default_factory=list[datetime])  # when deadlines were looked at, since the last start

    def submitted(self, request: ApprovalRequest) -> None:
        self.born.setdefault(request.id, request)
        self.told(request)

    def counted(self, decided: Decided, by: Person, asked: set[str]) -> None:
        """A word was accepted of somebody who was asked, and told so."""
        assert by.id in asked, f"{by.name} was let in"
        assert decided.vote.by == by
        self.accepted.setdefault(decided.request.id, []).append(decided.vote)
        self.told(decided.request)

    def told(self, request: ApprovalRequest) -> None:
        """Somebody was shown the request like this."""
        if request.is_closed:
            first = self.endings.setdefault(request.id, request)
            assert (first.outcome, first.decision) == (request.outcome, request.decision), "two endings were told"

    def check(self, recorded: Recorded, world: World) -> None:
        request = recorded.request
        is_new = request.is_closed and request.id not in self.endings
        self.told(request)
        self._nothing_opens_again(request)
        self._every_accepted_word_is_there(recorded)
        _one_entry_for_each_version(recorded)
        self._promises_are_kept(recorded)
        if request.outcome in LET_THROUGH:
            _those_who_may_let_it_through_did(request)
            self._each_of_them_said_so(request)
        if request.outcome is Outcome.CONSENTED and is_new:
            self._silence_was_consent(request, world)
        if request.decision is not None and request.outcome not in BY_PEOPLE | {Outcome.AUTO_APPROVED}:
            by_policy = request.outcome is Outcome.DENIED
            assert by_policy or request.decision.decided_by == ()

    def _nothing_opens_again(self, request: ApprovalRequest) -> None:
        assert request.is_closed == (request.id in self.endings)
        assert request.is_closed == (request.outcome is not None) == (request.decision is not None)
        assert request.version >= self.versions.get(request.id, 1), "a version fell"
        self.versions[request.id] = request.version

    def _every_accepted_word_is_there(self, recorded: Recorded) -> None:
        accepted = self.accepted.get(recorded.request.id, [])
        assert recorded.votes == [(vote.id, vote.by.id, vote.verdict.value, vote.revision) for vote in accepted]
        written = [
            (entry.actor.id, entry.payload["verdict"]) for entry in recorded.audit if entry.payload.get("verdict")
        ]
        assert written == [(vote.by.id, vote.verdict) for vote in accepted]

    def _promises_are_kept(self, recorded: Recorded) -> None:
        request, born = recorded.request, self.born[recorded.request.id]
        assert (recorded.delivery is not None) == request.is_closed
        assert recorded.callbacks == int(request.is_closed and not born.is_closed)
        assert recorded.is_queued == (recorded.callbacks == 1 and request.id not in self.acknowledged)
        if request.decision is not None and recorded.delivery is not None:
            assert recorded.delivery.has_claim == (request.decision.claim is not None)
            assert (request.decision.claim is None) == (request.decision.action is None)

    def _each_of_them_said_so(self, request: ApprovalRequest) -> None:
        """The last word of everybody named in the decision was a yes to this very choice."""
        assert request.decision is not None
        last = {vote.by.id: vote for vote in self.accepted[request.id]}
        for person in request.decision.decided_by:
            vote = last[person.id]
            chosen = vote.option_id if vote.verdict is Verdict.CHOOSE else None
            assert chosen == request.decision.option_id, f"{person.name} said something else"
            assert vote.revision == request.revision

    def _silence_was_consent(self, request: ApprovalRequest, world: World) -> None:
        assert request.ruling.level is Level.SOFT_APPROVAL
        assert request.asked.action.name.startswith("soft")
        assert request.asked.environment is Environment.STAGING
        assert request.id not in self.opened, "somebody had opened it"
        assert not self.accepted.get(request.id), "somebody had said a word"
        assert (request.step, request.revision) == (0, 1)
        posted = [message for message in world.chat.messages if message.marker.startswith(f"{request.id}:")]
        assert posted, "nobody could see it"
        assert request.shown_at is not None
        assert request.closed_at is not None
        started_at = request.closed_at - CONSENT
        assert request.shown_at <= started_at
        looks = [at for at in self.looks if at <= request.closed_at]
        assert looks[0] <= started_at, "nobody was there to hear an objection"
        gaps = [later - earlier for earlier, later in pairwise(looks) if later > started_at]
        assert max(gaps) <= CONSENT_LATENESS, "nobody was there for a while"


def asked_now(request: ApprovalRequest) -> set[str]:
    """Who may decide, worked out from what the policy of the tests promises, not from the product."""
    if request.ruling.ladder and request.ruling.ladder[0].channel == "C3":
        asked = set(SECURITY)
    else:
        asked = set(TEAM_AT_STEP[min(request.step, 1)])
    could_run = [request.action.arguments, *(option.arguments or {} for option in request.asked.options)]
    may_own = request.action.name.startswith("own_") and not any(needs_more(arguments) for arguments in could_run)
    return asked if may_own else asked - {OWEN.id}


def needs_more(arguments: dict[str, Any]) -> bool:
    return any(arguments.get(name) is True for name in ("force", "secure"))


def _those_who_may_let_it_through_did(request: ApprovalRequest) -> None:
    decision = request.decision
    assert decision is not None
    assert decision.action is not None
    action, deciders = decision.action, {person.id for person in decision.decided_by}
    assert deciders
    if action.arguments.get("harmless") is True:
        return
    assert action.arguments.get("forbidden") is not True
    if action.arguments.get("force") is True or action.name.startswith(("pair_", "softpair_")):
        assert len(deciders) >= 2, "one person was enough"
    if action.arguments.get("secure") is True or action.name.startswith("secure_"):
        assert deciders <= {SUE.id}, "somebody else than security let it through"
    if not action.name.startswith("own_") or needs_more(action.arguments):
        assert OWEN.id not in deciders, "the owner let it through"


def _one_entry_for_each_version(recorded: Recorded) -> None:
    versions = [entry.version for entry in recorded.audit if entry.version is not None]
    assert versions == list(range(1, recorded.request.version + 1))


def everything(work: Work, request_ids: list[str], agent: Agent) -> list[Recorded]:
    execute = work.requests._connection.execute  # type: ignore[attr-defined]
    queued = {entry.request_id for entry in work.callbacks.open_after(agent.id, cursor=0, limit=10_000)}
    found: list[Recorded] = []
    for request_id in request_ids:
        rows = execute(
            text("SELECT id, person_id, verdict, revision FROM votes WHERE request_id = :id ORDER BY sequence"),
            {"id": request_id},
        )
        callbacks = execute(
            text("SELECT count(*) FROM callbacks WHERE request_id = :id"), {"id": request_id}
        ).scalar_one()
        found.append(
            Recorded(
                request=work.requests.get(request_id),
                audit=work.audit.of_request(request_id),
                delivery=work.deliveries.get(request_id),
                votes=[(row[0], row[1], Verdict(row[2]).value, row[3]) for row in rows],
                callbacks=callbacks,
                is_queued=request_id in queued,
            )
        )
    return found

"""A person's word becomes a vote, and votes become a decision. Who wins is settled by the store."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.action import QUESTIONS, Action, AllowedDecision, Option
from bot.domain.decision import PROCEEDING, Decision, Outcome
from bot.domain.errors import (
    AlreadyVoted,
    EditRefused,
    NotAReviewer,
    ReasonMissing,
    RequestClosed,
    SelfApproval,
    StaleRevision,
    VerdictNotAllowed,
)
from bot.domain.escalation import fitted, started, without_consent
from bot.domain.json_text import is_same_json
from bot.domain.message_to_model import message_to_model
from bot.domain.people import Person
from bot.domain.request import ApprovalRequest, RequestEvent, after
from bot.domain.ruling import Ruling
from bot.domain.vote import Control, Edit, Verdict, Vote, Word

_NEEDS = {
    Verdict.APPROVE: AllowedDecision.APPROVE,
    Verdict.DENY: AllowedDecision.DENY,
    Verdict.MODIFY: AllowedDecision.EDIT,
    Verdict.CHOOSE: AllowedDecision.OPTION,
    Verdict.ANSWER: AllowedDecision.RESPOND,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIds:
    """Ids made before the transaction, so that running it again changes nothing."""

    vote: str
    decision: str
    claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What one accepted word came to: the request as it is now, the event, and the vote behind it."""

    request: ApprovalRequest
    event: RequestEvent
    vote: Vote


def may_decide(request: ApprovalRequest, by: Person, *, is_asked: bool) -> None:
    """Raise the refusal that applies: closed, self-approval, or not asked. `is_asked` is the directory's answer."""
    if request.is_closed:
        raise RequestClosed(request, by)
    if by.id == request.agent.owner_slack_user_id and not request.ruling.may_approve_own:
        raise SelfApproval(request)
    if not is_asked:
        raise NotAReviewer(request)


def decide(
    request: ApprovalRequest,
    word: Word,
    *,
    by: Person,
    is_asked: bool,
    judge: Callable[[Action], Ruling],
    is_asked_under: Callable[[Ruling], bool],
    ids: NewIds,
    now: datetime,
) -> Decided:
    """Count one word.

    `judge` says what policy makes of an edited action, `is_asked_under` whether this person is asked by that ruling.
    Raises a ClickRefused with the request as it is, or EditRefused for arguments policy denies.
    """
    may_decide(request, by, is_asked=is_asked)
    word = _fitting(request, word)
    vote = Vote(
        id=ids.vote,
        revision=request.revision,
        by=by,
        verdict=word.verdict,
        at=now,
        option_id=word.option_id if word.verdict is Verdict.CHOOSE else None,
        reason=word.reason or word.text,
    )
    counting = _Counting(request, word, vote, ids, now)
    match word.verdict:
        case Verdict.DENY:
            return counting.closed(Outcome.DENIED)
        case Verdict.ANSWER:
            return counting.closed(Outcome.ANSWERED)
        case Verdict.MODIFY:
            return _edited(counting, judge, is_asked_under)
        case Verdict.CHOOSE:
            return _chosen(counting)
        case Verdict.APPROVE:
            return counting.approved(Outcome.MODIFIED if request.revision > 1 else Outcome.APPROVED, request.action)


def _fitting(request: ApprovalRequest, word: Word) -> Word:
    """The word, if it is about this revision, allowed and complete; an edit that changes nothing is an approval."""
    if word.revision != request.revision:
        raise StaleRevision(request, word.revision)
    if word.verdict is Verdict.MODIFY and is_same_json(word.arguments, request.action.arguments):
        word = replace(word, verdict=Verdict.APPROVE)
    if _NEEDS[word.verdict] not in request.asked.allowed_decisions:
        raise VerdictNotAllowed(request, word.verdict)
    if word.verdict is Verdict.DENY and request.ruling.deny_reason_required and not (word.reason or "").strip():
        raise ReasonMissing(request)
    if word.verdict is Verdict.ANSWER and not (word.text or "").strip():
        raise VerdictNotAllowed(request, "an answer without words")
    if word.verdict is Verdict.MODIFY and word.arguments is None:
        raise VerdictNotAllowed(request, "an edit without arguments")
    return word


@dataclass(frozen=True, slots=True)
class _Counting:
    request: ApprovalRequest
    word: Word
    vote: Vote
    ids: NewIds
    now: datetime

    def approved(self, outcome: Outcome, action: Action, option: Option | None = None) -> Decided:
        """The vote counts, in place of an earlier one for another choice; at the quorum the request closes."""
        mine = next((vote for vote in self.request.votes if vote.by.id == self.vote.by.id), None)
        if mine is not None and mine.option_id == self.vote.option_id:
            raise AlreadyVoted(self.request)
        votes = self._votes()
        agreeing = [vote for vote in votes if vote.option_id == self.vote.option_id]
        if len(agreeing) >= self.request.ruling.quorum:
            return self.closed(outcome, runs=action, option=option, by=tuple(vote.by for vote in agreeing))
        times = without_consent(self.request, self.now) if self.request.consent_at is not None else {}
        counted = after(self.request, RequestEvent.VOTE_COUNTED, votes=votes, **times)
        return Decided(request=counted, event=RequestEvent.VOTE_COUNTED, vote=self.vote)

    def closed(
        self,
        outcome: Outcome,
        *,
        runs: Action | None = None,
        option: Option | None = None,
        by: tuple[Person, ...] | None = None,
        **changes: Any,
    ) -> Decided:
        """The decision is made; `runs` is the action it lets through, `changes` are those of the request."""
        decision = close_with(
            self.request,
            outcome,
            id=self.ids.decision,
            claim=self.ids.claim,
            now=self.now,
            by=by or (self.vote.by,),
            action=runs,
            option=option,
            text=self._note(outcome),
            reason=self.word.reason,
            control=self.word.control,
        )
        request = after(
            self.request,
            RequestEvent.DECIDED,
            outcome=outcome,
            decision=decision,
            closed_at=self.now,
            **{"votes": self._votes(), **changes},
        )
        return Decided(request=request, event=RequestEvent.DECIDED, vote=self.vote)

    def _note(self, outcome: Outcome) -> str | None:
        """What the agent reads: the closing word's text, else what was said with the edit that is approved."""
        edit = self.request.last_edit if outcome is Outcome.MODIFIED else None
        return self.word.text or (edit.note if edit else None)

    def _votes(self) -> tuple[Vote, ...]:
        """All that count, oldest first: this one in place of an earlier one of the same person."""
        return (*(vote for vote in self.request.votes if vote.by.id != self.vote.by.id), self.vote)


def _chosen(counting: _Counting) -> Decided:
    request, word = counting.request, counting.word
    option = request.asked.option(word.option_id or "")
    if option is None:
        raise VerdictNotAllowed(request, f"choose {word.option_id}")
    if not option.proceed:
        return counting.closed(Outcome.DENIED, option=option)
    if request.asked.kind in QUESTIONS:
        return counting.approved(Outcome.ANSWERED, request.action, option)
    return counting.approved(Outcome.OPTION_CHOSEN, option.applied_to(request.action), option)


def _edited(
    counting: _Counting, judge: Callable[[Action], Ruling], is_asked_under: Callable[[Ruling], bool]
) -> Decided:
    """An edit makes a new revision, which its editor has approved. Policy judges it as if it were asked today."""
    request, word, now = counting.request, counting.word, counting.now
    action = replace(request.action, arguments=word.arguments or {})
    ruling = judge(action)
    if ruling.denied:
        raise EditRefused({"": f"Policy forbids this: {ruling.reason or ruling.rule.id}"})
    edit = Edit(by=counting.vote.by, at=now, before=request.action, after=action, note=word.text)
    vote = replace(counting.vote, revision=request.revision + 1, verdict=Verdict.APPROVE)
    changed: dict[str, Any] = {"revision": vote.revision, "action": action, "edits": (*request.edits, edit)}
    is_asked = is_asked_under(ruling)
    if not ruling.asks or (ruling.quorum <= 1 and is_asked):
        changed |= {"ruling": replace(ruling, ladder=request.ruling.ladder), "votes": (vote,)}  # nobody else was asked
        return replace(counting, vote=vote).closed(Outcome.MODIFIED, runs=action, **changed)
    if not is_asked:
        vote = counting.vote  # kept with the revision that was edited: it approves nothing
    changed["votes"] = (vote,) if is_asked else ()
    revised = after(request, RequestEvent.REVISED, **changed, **_asked_anew(request, ruling, now))
    return Decided(request=revised, event=RequestEvent.REVISED, vote=vote)


def _asked_anew(request: ApprovalRequest, ruling: Ruling, now: datetime) -> dict[str, Any]:
    """The ladder from its first step, within what is left of the agent's deadline; silence is no consent any more."""
    wish = request.asked.deadline
    left = max(request.submitted_at + wish - now, timedelta()) if wish is not None else None
    ruling = replace(ruling, ladder=fitted(ruling.ladder, left), consent_after=None)
    times = started(replace(request, ruling=ruling, step=0), now)
    return {
        "ruling": ruling,
        "step": 0,
        "step_started_at": times.step_started_at,
        "due_at": times.due_at,
        "remind_at": times.remind_at,
        "expires_at": times.expires_at,
        "consent_at": None,
    }


def close_with(
    request: ApprovalRequest,
    outcome: Outcome,
    *,
    id: str,
    claim: str,
    now: datetime,
    by: tuple[Person, ...] = (),
    action: Action | None = None,
    option: Option | None = None,
    text: str | None = None,
    reason: str | None = None,
    control: Control = Control.CONTINUE,
) -> Decision:
    """The decision of a closing. It has a claim, and an action, only where something may run."""
    proceeds = outcome in PROCEEDING
    return Decision(
        id=id,
        outcome=outcome,
        message_to_model=message_to_model(
            outcome, asked=request.asked, by=by, option=option, text=text, reason=reason, rule=str(request.ruling.rule)
        ),
        decided_by=by,
        decided_at=now,
        latency_ms=max(0, round((now - request.submitted_at).total_seconds() * 1000)),  # clocks are set back
        action=(action or request.action) if proceeds else None,
        option_id=option.id if option else None,
        text=text if text is not None or outcome is not Outcome.ANSWERED or option is None else option.label,
        reason=reason,
        control=control,
        claim=claim if proceeds else None,
    )

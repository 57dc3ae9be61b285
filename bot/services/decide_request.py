"""A person decides. The first valid decision wins in the database; the rest are told who won."""

from contextlib import suppress
from dataclasses import replace

from bot.domain.action import Action
from bot.domain.decide import Decided, NewIds, decide
from bot.domain.errors import EditRefused, OptionForbidden
from bot.domain.judging import judge
from bot.domain.people import Actor, Person
from bot.domain.policy import Policy
from bot.domain.request import ApprovalRequest
from bot.domain.ruling import Ruling
from bot.domain.session import SessionEvent
from bot.domain.session import after as session_after
from bot.domain.session import may as session_may
from bot.domain.vote import Control, Verdict, Word
from bot.services.changes import changed, in_step
from bot.services.end_session import withdraw_open_requests
from bot.services.membership import check_standing, is_asked, is_asked_under, members_of
from bot.services.ports import Directory, Ids, Policies, Store, Telemetry
from bot.services.work import Work


class DecideRequest:
    def __init__(self, store: Store, directory: Directory, policies: Policies, ids: Ids, telemetry: Telemetry) -> None:
        self._store, self._directory, self._policies = store, directory, policies
        self._ids, self._telemetry = ids, telemetry

    async def __call__(self, request_id: str, word: Word, *, by: Person) -> Decided:
        """Count one word of one person; durable when this returns.

        Raises a ClickRefused that says why nothing changed, EditRefused, NotFound, NotAMember and DirectoryUnavailable.
        """
        await check_standing(self._directory, by)
        policy = self._policies.current()
        by = replace(by, name=policy.person_name(by.id) or by.name)
        request = await self._store.read(lambda work: work.requests.get(request_id))
        rulings = [request.ruling]
        if word.verdict is Verdict.MODIFY and word.arguments is not None:
            with suppress(EditRefused):  # said below, once it is known that this person may decide
                rulings.append(_judged(policy, request, replace(request.action, arguments=word.arguments)))
        members = await members_of(self._directory, rulings, by, step=request.step)
        ids = NewIds(vote=self._ids.new("vot"), decision=self._ids.new("dec"), claim=self._ids.secret("clm"))

        def record(work: Work) -> Decided:
            current = work.requests.get(request_id)
            decided = decide(
                current,
                word,
                by=by,
                is_asked=is_asked(work, current, by, members),
                judge=lambda action: _judged(policy, current, action),
                is_asked_under=lambda ruling: is_asked_under(work, current, ruling, by, members),
                ids=ids,
                now=work.now,
            )
            decided = replace(decided, request=in_step(work, decided.request))
            changed(work, current, decided.request, decided.event, actor=Actor.of(by), vote=decided.vote)
            _control_session(work, decided, word.control, self._ids)
            return decided

        decided = await self._store.run(record)
        self._telemetry.count("votes", verdict=word.verdict, outcome=decided.request.outcome or "pending")
        if decided.request.decision is not None:
            seconds = decided.request.decision.latency_ms / 1000
            self._telemetry.observe("decision_seconds", seconds, outcome=str(decided.request.outcome))
        return decided


def _judged(policy: Policy, request: ApprovalRequest, action: Action) -> Ruling:
    try:
        return judge(policy, request.asked, action, agent=request.agent)
    except OptionForbidden as problem:
        raise EditRefused(
            {"": f"With this change, the option “{problem.label}” cannot be offered: {problem.why}"}
        ) from None


def _control_session(work: Work, decided: Decided, control: Control, ids: Ids) -> None:
    """Pause or Stop, said with the decision, starts with the agent's session too."""
    if decided.request.decision is None or control is Control.CONTINUE:
        return
    session = work.sessions.get(decided.request.session_id)
    event = SessionEvent.PAUSE_ASKED if control is Control.PAUSE else SessionEvent.STOP_ASKED
    if session_may(session, event):
        reason = f"{decided.vote.by.name} said so with {decided.request.id}"
        moved = session_after(session, event, now=work.now, reason=reason)
        work.sessions.save(moved, seen_version=session.version)
        if event is SessionEvent.STOP_ASKED:
            stopped_by = Actor.of(decided.vote.by)
            withdraw_open_requests(work, session.id, stopped_by, ids, reason=reason, control=Control.STOP)

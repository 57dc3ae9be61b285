"""A person decides. The first valid decision wins in the database; the rest are told who won."""

from contextlib import suppress
from dataclasses import replace

from bot.domain.action import Action
from bot.domain.decide import Decided, NewIds, decide
from bot.domain.directive import DirectiveKind
from bot.domain.errors import EditRefused, OptionForbidden, SessionRefuses
from bot.domain.judging import judge
from bot.domain.people import Actor, Person
from bot.domain.policy import Policy
from bot.domain.request import ApprovalRequest
from bot.domain.ruling import Ruling
from bot.domain.vote import Control, Verdict, Word
from bot.services.changes import changed, in_step
from bot.services.membership import check_standing, is_asked, is_asked_under, members_of
from bot.services.ports import Directory, Ids, Policies, Store, Telemetry
from bot.services.steering import Order, issue
from bot.services.work import Work

_DIRECTIVES = {Control.PAUSE: DirectiveKind.PAUSE, Control.STOP: DirectiveKind.STOP}


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
            self._control_session(work, decided, word.control, policy)
            return decided

        decided = await self._store.run(record)
        self._telemetry.count("votes", verdict=word.verdict, outcome=decided.request.outcome or "pending")
        if decided.request.decision is not None:
            seconds = decided.request.decision.latency_ms / 1000
            self._telemetry.observe("decision_seconds", seconds, outcome=str(decided.request.outcome))
        return decided

    def _control_session(self, work: Work, decided: Decided, control: Control, policy: Policy) -> None:
        """Pause or Stop, said with the decision, is said to the agent's session too; unless it holds already."""
        kind = _DIRECTIVES.get(control)
        if decided.request.decision is None or kind is None:
            return
        session = work.sessions.get(decided.request.session_id)
        agent, order = decided.request.agent, Order(kind=kind, by=decided.vote.by)
        with suppress(SessionRefuses):
            issue(work, session, agent, order, home=policy.home_channel, ids=self._ids)


def _judged(policy: Policy, request: ApprovalRequest, action: Action) -> Ruling:
    try:
        return judge(policy, request.asked, action, agent=request.agent)
    except OptionForbidden as problem:
        raise EditRefused(
            {"": f"With this change, the option “{problem.label}” cannot be offered: {problem.why}"}
        ) from None

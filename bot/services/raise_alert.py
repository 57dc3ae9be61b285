"""An agent says something of low priority. It is kept for the digest of the channel where the agent asks."""

from bot.domain.alert import Alert
from bot.domain.errors import IdempotencyConflict, InvalidField, NotFound
from bot.domain.people import Agent
from bot.domain.policy import Policy
from bot.services.ports import Ids, Policies, Store
from bot.services.start_session import own_session
from bot.services.work import Work


class RaiseAlert:
    def __init__(self, store: Store, policies: Policies, ids: Ids) -> None:
        self._store, self._policies, self._ids = store, policies, ids

    async def __call__(
        self,
        agent: Agent,
        *,
        kind: str,
        text: str,
        session_id: str | None = None,
        idempotency_key: str | None = None,
        body_digest: str = "",
    ) -> Alert:
        """The alert, durable when this returns; the same one for the same key and body.

        Raises IdempotencyConflict, and InvalidField for a session that is not the agent's.
        """
        policy, alert_id = self._policies.current(), self._ids.new("alt")

        def raise_it(work: Work) -> Alert:
            known = work.alerts.raised(agent.id, idempotency_key) if idempotency_key else None
            if known is not None:
                if known.body_digest != body_digest:
                    remedy = "send another alert with another key"
                    raise IdempotencyConflict(idempotency_key or "", known.alert.id, remedy=remedy)
                return known.alert
            if session_id is not None:
                _hear_from(work, agent, session_id)
            alert = Alert(
                id=alert_id,
                agent_id=agent.id,
                session_id=session_id,
                kind=kind,
                text=text,
                channel=_channel_of(work, agent, policy),
                at=work.now,
            )
            work.alerts.add(alert, idempotency_key=idempotency_key, body_digest=body_digest)
            return alert

        return await self._store.run(raise_it)


def _channel_of(work: Work, agent: Agent, policy: Policy) -> str:
    """Where its newest request was asked first; the home channel for who has not asked yet, or asked where nobody is
    asked any more.
    """
    found = work.alerts.newest_channel(agent.id)
    return found if found is not None and found in policy.asking_channels else policy.home_channel


def _hear_from(work: Work, agent: Agent, session_id: str) -> None:
    """An alert is a sign of life."""
    try:
        own_session(work, agent, session_id)
    except NotFound:
        raise InvalidField("session_id", f"no session {session_id} of this agent; leave it out") from None
    work.sessions.seen(session_id)

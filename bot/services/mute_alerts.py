"""Somebody does not want to see a kind of alerts for a while, for all who read the channel. They are still recorded."""

from dataclasses import replace

from bot.domain.alert import MUTED_FOR, Mute
from bot.domain.audit import AuditEntry
from bot.domain.digest import Digest
from bot.domain.errors import NotFound
from bot.domain.people import Actor, Person
from bot.domain.roles import Act, check_may
from bot.services import topics
from bot.services.digest_changes import part_of
from bot.services.membership import check_standing
from bot.services.ports import Directory, Policies, Store
from bot.services.work import Work


class MuteAlerts:
    def __init__(self, store: Store, directory: Directory, policies: Policies) -> None:
        self._store, self._directory, self._policies = store, directory, policies

    async def __call__(
        self, digest_id: str, agent_id: str, kind: str, *, by: Person, muted: bool = True
    ) -> Mute | None:
        """Leave out alerts of this kind from the digests of this one's channel for seven days, or show them again.

        Returns the mute that now holds. Raises NotFound, NotAMember, NotEntitled and StandingUnknown.
        """
        await check_standing(self._directory, by)
        policy = self._policies.current()
        by = replace(by, name=policy.person_name(by.id) or by.name)

        def record(work: Work) -> Mute | None:
            digest = work.digests.get(digest_id)
            _check_tells(digest, agent_id, kind)
            check_may(Act.MUTE_ALERTS, by, agent=work.agents.get(agent_id), policy=policy)
            mute = Mute(agent_id=agent_id, kind=kind, channel=digest.channel, until=work.now + MUTED_FOR, by=by)
            if muted:
                work.alerts.mute(mute)
            elif not work.alerts.unmute(agent_id, kind, digest.channel):
                return None
            _write_down(work, mute, "alerts_muted" if muted else "alerts_shown_again")
            work.notices.want_digest_redraw(digest_id, part=agent_id)
            work.wake(topics.NOTICES)
            return mute if muted else None

        return await self._store.run(record)


def _check_tells(digest: Digest, agent_id: str, kind: str) -> None:
    if kind not in [group.kind for group in part_of(digest, agent_id).alerts]:
        raise NotFound("digest", digest.id)


def _write_down(work: Work, mute: Mute, event: str) -> None:
    work.audit.add(
        AuditEntry(
            event=event,
            at=work.now,
            actor=Actor.of(mute.by),
            agent_id=mute.agent_id,
            payload={"kind": mute.kind, "channel": mute.channel, "until": mute.until.isoformat()},
        )
    )

"""Does what is due by the clock on the wall: each channel's daily digest, once, by whichever process comes first.

A duty is claimed by moving its `next_at` on in the transaction that writes the digest. Whatever was missed while no
process ran is caught up with one digest.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.digest import Digest
from bot.domain.policy import Policy
from bot.domain.schedule import ONE_DAY, Occurrence
from bot.services.digest_changes import Frame, read_day, write
from bot.services.ports import Ids, Policies, Store, Telemetry
from bot.services.repositories.duties import Duty
from bot.services.work import Work

DIGEST = "digest"
SETTLING = timedelta(seconds=5)
"""A digest is written so much after its hour and tells what happened until then: transactions that began before it are
committed by now, so nothing falls between two digests.
"""
TRY_BROKEN_AGAIN = timedelta(minutes=1)


class FireDuties:
    """One for each process: it knows which policy its duties follow, and which of them could not be done."""

    def __init__(self, store: Store, policies: Policies, ids: Ids, telemetry: Telemetry) -> None:
        self._store, self._policies, self._ids, self._telemetry = store, policies, ids, telemetry
        self._planned: Policy | None = None
        self._broken: dict[str, datetime] = {}  # by scope: when to try again

    async def __call__(self) -> datetime | None:
        """Do all that is due, each in a transaction of its own; the next moment at which something will be."""
        await self._follow_policy()
        now, duties = await self._store.read(lambda work: (work.now, work.duties.all(DIGEST)))
        self._broken = {scope: at for scope, at in self._broken.items() if at > now}
        due = [duty for duty in duties if duty.next_at + SETTLING <= now and duty.scope not in self._broken]
        for duty in due:
            await self._fire(duty, now)
        next_at = await self._store.read(lambda work: work.duties.next_due_at(DIGEST))
        return None if next_at is None else max(next_at + SETTLING, *self._broken.values(), now)

    async def _follow_policy(self) -> None:
        """Only when this process has another policy than before: of two that run with two policies for a while, the one
        that started last says when.
        """
        policy = self._policies.current()
        if policy is not self._planned:
            await self._store.run(lambda work: _plan(work, policy))
            self._planned = policy

    async def _fire(self, duty: Duty, now: datetime) -> None:
        digest_id = self._ids.new("dig")
        due = duty.schedule.last_until(now - SETTLING)
        if due is None or due.at < duty.next_at:  # the rules of the time zone are others than when it was computed
            due = Occurrence(day=duty.schedule.local(duty.next_at).date(), at=duty.next_at)
        try:
            written = await self._write(duty, due, digest_id)
        except Exception as problem:  # whatever is wrong with one channel must not keep the others from theirs
            self._broken[duty.scope] = now + TRY_BROKEN_AGAIN
            self._telemetry.count("digests", outcome="broken")
            self._telemetry.log("digest_broken", channel=duty.scope, problem=f"{type(problem).__name__}: {problem}")
            return
        self._telemetry.count("digests", outcome="written" if written else "nothing_to_tell")

    async def _write(self, duty: Duty, due: Occurrence, digest_id: str) -> Digest | None:
        following = duty.schedule.next_after(due.at)
        day = await self._store.read(lambda work: read_day(work, duty.scope, since=duty.done_at, until=due.at))
        frame = Frame(
            id=digest_id,
            channel=duty.scope,
            period=due.day.isoformat(),
            schedule=duty.schedule,
            next_at=following.at if following else None,
        )

        def claim(work: Work) -> Digest | None:
            if duty not in work.duties.all(DIGEST):
                return None  # somebody else did it
            has_one = work.digests.of_period(frame.channel, frame.period) is not None  # before the policy changed
            done_at = duty.done_at if has_one else due.at
            if following is None:
                work.duties.drop(duty)
            else:
                work.duties.move_on(duty, replace(duty, next_at=following.at, done_at=done_at))
            return None if has_one else write(work, day, frame)

        return await self._store.run(claim)


def _plan(work: Work, policy: Policy) -> None:
    """The duties that the policy wants. What a channel was not told before it left the policy is told at home; the
    first digest of a channel begins a day before its hour, or now where the next hour is further away.
    """
    wanted = dict(policy.digest_schedules)
    for duty in work.duties.all(DIGEST):
        schedule = wanted.pop(duty.scope, None)
        if schedule is None:
            work.duties.drop(duty)
            if duty.scope not in policy.asking_channels:
                work.alerts.hand_on(duty.scope, to=policy.home_channel)
        elif schedule != duty.schedule and (following := schedule.next_after(work.now)):
            work.duties.move_on(duty, replace(duty, schedule=schedule, next_at=following.at))
    for channel, schedule in wanted.items():
        if following := schedule.next_after(work.now):
            done_at = work.digests.told_until(channel) or min(following.at - ONE_DAY, work.now)
            duty = Duty(kind=DIGEST, scope=channel, schedule=schedule, next_at=following.at, done_at=done_at)
            work.duties.add(duty)

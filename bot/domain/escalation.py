"""Time: when silence next moves a request, and where to.

The ladder's clock starts at submission, and a step whose card is shown late has its wait from then
(docs/decisions/0012). A soft request whose silence may be consent starts its consent clock only when its card is known
to be posted; until then, and once somebody looked closely, the ladder alone counts.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.people import Person
from bot.domain.request import ApprovalRequest, RequestEvent, after
from bot.domain.ruling import LadderStep

CONSENT_LATENESS = timedelta(seconds=30)
"""A gap in watching that is longer than this ends the watch: the process was down, or the clock jumped ahead, and
people could not object. Consent needs the whole of its time to have been watched; else its clock starts anew."""

SHOWN_LATE = timedelta(seconds=10)
"""A card that is shown later than this after its step began, or than a tenth of the step's wait, was shown late."""


def fitted(ladder: tuple[LadderStep, ...], wish: timedelta | None) -> tuple[LadderStep, ...]:
    """The ladder, cut to a deadline wish that is shorter than it.

    Each step but the last waits at most its share of half the wished time, so that backups are asked while there is
    time to answer; the last step has the rest. A longer wish changes nothing.
    """
    whole = sum((step.wait for step in ladder), timedelta())
    if wish is None or wish >= whole:
        return ladder
    *early, last = ladder
    share = wish / (2 * len(ladder))
    steps = [_waiting(step, min(step.wait, share)) for step in early]
    rest = wish - sum((step.wait for step in steps), timedelta())
    return (*steps, _waiting(last, rest))


def started(request: ApprovalRequest, now: datetime) -> ApprovalRequest:
    """The request with the ladder's clock started at its current step: a part of its birth, not an event."""
    whole = sum((step.wait for step in request.ruling.ladder[request.step :]), timedelta())
    return replace(request, expires_at=now + whole, **_step_times(request, request.step, now, now + whole))


def held_started(request: ApprovalRequest, now: datetime) -> ApprovalRequest:
    """Its session runs again: the clock of a request that was asked meanwhile starts."""
    times = started(request, now)
    return after(
        request,
        RequestEvent.STARTED,
        expires_at=times.expires_at,
        step_started_at=times.step_started_at,
        due_at=times.due_at,
        remind_at=times.remind_at,
    )


def shown(request: ApprovalRequest, now: datetime, *, step: int | None = None) -> ApprovalRequest:
    """The card of a step is posted, the current one unless said otherwise: the consent clock starts, if there is one
    and nobody looked closely yet; and a step that was shown late has its wait from now.
    """
    is_silent = request.opened_by is None and not request.votes and request.step == 0
    times = _consent_times(request, now) if is_silent and request.shown_at is None else {}
    if not times and step in (None, request.step) and is_late(request, now):
        assert request.expires_at is not None
        times = _step_times(request, request.step, now, request.expires_at)
    return after(request, RequestEvent.SHOWN, shown_at=request.shown_at or now, **times)


def is_late(request: ApprovalRequest, now: datetime) -> bool:
    """Whether people who are shown the current step's card now get it late. Nobody is late for a consent clock: it
    starts with the card.
    """
    if request.is_closed or request.step_started_at is None or request.consent_at is not None:
        return False
    return now - request.step_started_at > min(SHOWN_LATE, request.current_step.wait / 10)


def due_event(request: ApprovalRequest, now: datetime, *, watched_since: datetime) -> RequestEvent | None:
    """What is due at `now`: consent, expiry, an escalation, a reminder, or None.

    `watched_since` is the moment from which on clicks were answered and deadlines looked at without a gap.

    Whatever became overdue while no process ran is caught up by calling again after each event.
    """
    if request.is_closed or request.due_at is None or request.expires_at is None:
        return None
    if request.consent_at is not None:
        return _consent_event(request, request.consent_at, request.expires_at, now, watched_since)
    if now >= request.expires_at:
        return RequestEvent.EXPIRED
    if now >= request.due_at:
        return RequestEvent.ESCALATED if request.has_a_step_left else RequestEvent.EXPIRED
    if request.remind_at is not None and now >= request.remind_at:
        return RequestEvent.REMINDED
    return None


def escalated(request: ApprovalRequest, now: datetime) -> ApprovalRequest:
    """One step up. Silence on this request is no consent any more."""
    assert request.expires_at is not None
    times = _step_times(request, request.step + 1, now, request.expires_at)
    return after(request, RequestEvent.ESCALATED, step=request.step + 1, consent_at=None, **times)


def reminded(request: ApprovalRequest, now: datetime) -> ApprovalRequest:
    """The reminder is spent; those that became overdue with it are too."""
    assert request.step_started_at is not None
    waited = now - request.step_started_at
    later = [offset for offset in request.current_step.reminders if offset > waited]
    remind_at = request.step_started_at + later[0] if later else None
    return after(request, RequestEvent.REMINDED, remind_at=remind_at)


def consent_restarted(request: ApprovalRequest, now: datetime) -> ApprovalRequest:
    return after(request, RequestEvent.CONSENT_RESTARTED, **_consent_times(request, now))


def opened(request: ApprovalRequest, by: Person, now: datetime) -> ApprovalRequest:
    """Somebody looks closely. The consent clock stops for good, and the step has its whole wait from now."""
    return after(request, RequestEvent.OPENED, opened_by=by, **without_consent(request, now))


def without_consent(request: ApprovalRequest, now: datetime) -> dict[str, object]:
    """The times from the moment somebody said or did anything: silence is over, the step has its whole wait."""
    assert request.expires_at is not None
    return {"consent_at": None, **_step_times(request, request.step, now, request.expires_at)}


def _step_times(request: ApprovalRequest, step: int, now: datetime, expires_at: datetime) -> dict[str, object]:
    rung = request.ruling.ladder[step]
    due_at = _end_of(request.ruling.ladder[step:], now, expires_at)
    reminders = [offset for offset in rung.reminders if now + offset < due_at]
    return {
        "step_started_at": now,
        "due_at": due_at,
        "remind_at": now + reminders[0] if reminders else None,
    }


def _end_of(ladder: tuple[LadderStep, ...], now: datetime, expires_at: datetime) -> datetime:
    """When the first of these steps ends that starts now: after its wait, but so that those behind it have their own,
    or at least half of the time that is left.
    """
    first, *later = ladder
    if not later:
        return expires_at
    on_plan = expires_at - sum((step.wait for step in later), timedelta())
    half = now + (expires_at - now) / 2
    return min(now + first.wait, max(on_plan, half))


def _consent_event(
    request: ApprovalRequest, consent_at: datetime, expires_at: datetime, now: datetime, watched_since: datetime
) -> RequestEvent | None:
    if now < consent_at:
        return None
    assert request.ruling.consent_after is not None
    could_object = watched_since <= consent_at - request.ruling.consent_after
    if could_object and now - consent_at <= CONSENT_LATENESS:
        return RequestEvent.CONSENTED
    return RequestEvent.EXPIRED if now >= expires_at else RequestEvent.CONSENT_RESTARTED


def _consent_times(request: ApprovalRequest, now: datetime) -> dict[str, object]:
    """A consent clock from `now`, or the step's own times where it would not end before the request expires."""
    consent_after, expires_at = request.ruling.consent_after, request.expires_at
    if consent_after is None or expires_at is None:
        return {}
    if now + consent_after >= expires_at:
        return {"consent_at": None, **_step_times(request, request.step, now, expires_at)}
    return {"consent_at": now + consent_after, "due_at": now + consent_after, "remind_at": None}


def _waiting(step: LadderStep, wait: timedelta) -> LadderStep:
    return replace(step, wait=wait, reminders=tuple(offset for offset in step.reminders if offset < wait))

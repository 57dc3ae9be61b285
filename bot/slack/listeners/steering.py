"""The sent steer form. What does not fit is said at its field; words that were not sent are given back."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any, cast

from slack_bolt.app.async_app import AsyncApp

from bot.domain.directive import TEXT_LENGTH, Directive, DirectiveKind, Once, SteerAim
from bot.domain.errors import DomainError
from bot.slack.desk import Desk
from bot.slack.forms import FormNotShown, OpenForm
from bot.slack.ids import CallbackId, Part
from bot.slack.payloads import Submission, parse_submission, place_of
from bot.slack.pending import Ack, Body
from bot.slack.render.agent_answers import sent_message
from bot.slack.render.objects import View
from bot.slack.render.readers import read_steer
from bot.slack.render.refusals import refusal_message
from bot.slack.render.steer import (
    steer_failed_view,
    steer_loading_view,
    steer_refused_view,
    steer_sent_view,
    too_long_words,
)
from bot.slack.sentences import FAILED
from bot.slack.session_ids import SessionTarget, SteerForm, parse_steer_metadata

SAY_SOMETHING = "Write what it should do instead."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Steer:
    """One sent form, read."""

    sent: Submission
    form: SteerForm
    text: str
    aim: SteerAim

    @property
    def problem(self) -> str | None:
        """Why it cannot be sent as it is."""
        if not self.text:
            return SAY_SOMETHING
        return too_long_words(self.text) if len(self.text) > TEXT_LENGTH else None


def register(bolt_app: AsyncApp, desk: Desk) -> None:
    async def on_steer_submitted(ack: Ack, body: Body) -> None:
        try:
            steer = _read(parse_submission(body))
        except DomainError as refusal:
            await ack()
            await desk.refuse(place_of(body), refusal)
        else:
            await _answered(desk, steer, ack)

    cast(Any, bolt_app).view_submission(CallbackId.STEER)(desk.pending.tracked(on_steer_submitted))


def _read(sent: Submission) -> _Steer:
    text, aim = read_steer(sent.values)
    return _Steer(sent=sent, form=parse_steer_metadata(sent.private_metadata), text=text, aim=aim)


async def _answered(desk: Desk, steer: _Steer, ack: Ack) -> None:
    """The result travels in the acknowledgement; when it takes too long, the form waits and is filled afterwards."""
    if steer.problem:
        await ack(response_action="errors", errors={Part.WORDS: steer.problem})
        return
    issue, form, once = desk.services.sessions.issue, steer.form, Once(steer.sent.once)
    work = issue(form.session_id, DirectiveKind.STEER, by=steer.sent.by, text=steer.text, aim=steer.aim, once=once)
    task = await desk.in_time(work)
    if task.done():
        await _acknowledge(desk, steer, ack, task)
    else:
        await ack(response_action="update", view=steer_loading_view(form))
        await _fill(desk, steer, task)


async def _acknowledge(desk: Desk, steer: _Steer, ack: Ack, task: asyncio.Task[Directive]) -> None:
    answer = _update(steer_failed_view(steer.form, steer.text))
    try:
        await task
        answer = {"response_action": "clear"} if steer.sent.is_on_top else {}
    except DomainError as refusal:
        answer = _update(_refused(desk, steer, refusal))
    finally:  # whatever was raised, the words are given back
        await ack(**answer)
    if not task.exception() and steer.form.channel:
        await _tell_there(desk, steer)


async def _tell_there(desk: Desk, steer: _Steer) -> None:
    """The form was opened away from the session's card, so the card is no answer to it."""
    overview = await desk.services.sessions.look.one(steer.form.session_id, by=steer.sent.by)
    target = SessionTarget(session_id=steer.form.session_id, words=steer.text)
    place = replace(steer.sent.place, channel=steer.form.channel)
    await desk.answers.tell(place, sent_message(overview.agent.name, target, steer.aim, is_certain=True))


async def _fill(desk: Desk, steer: _Steer, task: asyncio.Task[Directive]) -> None:
    view, message = steer_failed_view(steer.form, steer.text), FAILED
    try:
        await task
        view, message = steer_sent_view(steer.form), None
    except DomainError as refusal:
        view, message = _refused(desk, steer, refusal), refusal_message(refusal, now=desk.now())
    finally:  # a form never stays waiting; who has closed it is told directly
        if not await _is_filled(desk, steer, view) and message is not None:
            await desk.answers.tell(steer.sent.place, message)


async def _is_filled(desk: Desk, steer: _Steer, view: View) -> bool:
    try:
        return await desk.forms.fill(OpenForm(view_id=steer.sent.view_id), view)
    except FormNotShown as problem:
        desk.telemetry.log("form_not_shown", problem=str(problem))
        return False


def _refused(desk: Desk, steer: _Steer, refusal: DomainError) -> View:
    desk.telemetry.count("clicks_refused", refusal=type(refusal).__name__)
    return steer_refused_view(refusal, steer.form, steer.text, now=desk.now())


def _update(view: View) -> dict[str, Any]:
    return {"response_action": "update", "view": view}

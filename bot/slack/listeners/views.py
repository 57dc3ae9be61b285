"""Submitted forms. What does not fit is said at its field; a form that was overtaken gives the typed words back."""

import asyncio
import re
from collections.abc import Callable, Coroutine
from typing import Any, cast

from slack_bolt.app.async_app import AsyncApp

from bot.domain.errors import ClickRefused, DomainError, EditRefused, ReasonMissing
from bot.domain.vote import Verdict, Word
from bot.slack.desk import Desk
from bot.slack.forms import FormNotShown, OpenForm
from bot.slack.ids import CallbackId, ClickTarget, Part, UnreadableTarget, parse_metadata
from bot.slack.payloads import Submission, parse_submission, place_of
from bot.slack.pending import Ack, Body, Listener
from bot.slack.render.objects import View
from bot.slack.render.readers import edit_errors, read_answer, read_choice, read_deny, read_review, typed_words
from bot.slack.render.refusals import refusal_message
from bot.slack.render.views import loading_view, outrun_view
from bot.slack.sentences import ANSWER_IN_WORDS, FAILED, LATE, POLICY_WANTS_A_REASON, counted_view, failed_view

Handler = Callable[[Desk, Submission, ClickTarget], Coroutine[Any, Any, None]]
_ANY = re.compile(".*")


class FieldsRefused(Exception):
    """What a person entered does not fit: a sentence for each block of the form. `refusal` says it in one."""

    def __init__(self, refusal: DomainError, errors: dict[str, str]) -> None:
        super().__init__(f"{len(errors)} fields")
        self.refusal, self.errors = refusal, errors


def register(bolt_app: AsyncApp, desk: Desk) -> None:
    handlers: list[tuple[str | re.Pattern[str], Handler]] = [
        (CallbackId.DENY, on_deny_submitted),
        (CallbackId.REVIEW, on_review_submitted),
        (CallbackId.ANSWER, on_answer_submitted),
        (CallbackId.CHOOSE, on_choice_submitted),
        (_ANY, on_unknown_submitted),
    ]
    for callback_id, handler in handlers:
        cast(Any, bolt_app).view_submission(callback_id)(_listener(desk, handler))


async def on_deny_submitted(desk: Desk, sent: Submission, target: ClickTarget) -> None:
    reason, control = read_deny(sent.values)
    word = Word(verdict=Verdict.DENY, revision=target.revision, reason=reason, control=control)
    try:
        await desk.services.decide(target.request_id, word, by=sent.by)
    except ReasonMissing as refusal:
        raise FieldsRefused(refusal, {Part.REASON: POLICY_WANTS_A_REASON}) from refusal


async def on_review_submitted(desk: Desk, sent: Submission, target: ClickTarget) -> None:
    request = await desk.services.open_request(target.request_id, target.revision, by=sent.by)
    try:
        arguments, note = read_review(sent.values, request)
        word = Word(verdict=Verdict.MODIFY, revision=target.revision, arguments=arguments, text=note)
        await desk.services.decide(target.request_id, word, by=sent.by)
    except EditRefused as refusal:
        raise FieldsRefused(refusal, edit_errors(refusal, request)) from refusal


async def on_answer_submitted(desk: Desk, sent: Submission, target: ClickTarget) -> None:
    try:
        text = read_answer(sent.values)
    except EditRefused as refusal:
        raise FieldsRefused(refusal, {Part.ANSWER: ANSWER_IN_WORDS}) from refusal
    word = Word(verdict=Verdict.ANSWER, revision=target.revision, text=text)
    await desk.services.decide(target.request_id, word, by=sent.by)


async def on_choice_submitted(desk: Desk, sent: Submission, target: ClickTarget) -> None:
    request = await desk.services.read_request(target.request_id, by=sent.by)
    option_id = read_choice(sent.values, request)
    word = Word(verdict=Verdict.CHOOSE, revision=target.revision, option_id=option_id)
    await desk.services.decide(target.request_id, word, by=sent.by)


async def on_unknown_submitted(desk: Desk, sent: Submission, target: ClickTarget) -> None:
    raise UnreadableTarget


def _listener(desk: Desk, handle: Handler) -> Listener:
    async def listen(ack: Ack, body: Body) -> None:
        try:
            sent = parse_submission(body)
            target = parse_metadata(sent.private_metadata)
        except UnreadableTarget as refusal:
            await ack()
            await desk.refuse(place_of(body), refusal)
        else:
            await _answered(desk, sent, target, ack, handle)

    return desk.pending.tracked(listen)


async def _answered(desk: Desk, sent: Submission, target: ClickTarget, ack: Ack, handle: Handler) -> None:
    """The result travels in the acknowledgement; when it takes too long, the form waits and is filled afterwards."""
    task = await desk.in_time(handle(desk, sent, target))
    if task.done():
        await _acknowledge(desk, sent, target, ack, task)
    else:
        await ack(response_action="update", view=loading_view(target, "One moment"))
        await _fill(desk, sent, target, task)


async def _acknowledge(desk: Desk, sent: Submission, target: ClickTarget, ack: Ack, task: asyncio.Task[None]) -> None:
    answer = _update(failed_view(target, typed_words(sent.values)))
    try:
        await task
        answer = {"response_action": "clear"} if sent.is_on_top else {}
    except FieldsRefused as refused:
        answer = {"response_action": "errors", "errors": refused.errors}
    except DomainError as refusal:
        answer = _update(_outrun(desk, sent, target, refusal))
    finally:  # whatever was raised, the words are given back
        await ack(**answer)


async def _fill(desk: Desk, sent: Submission, target: ClickTarget, task: asyncio.Task[None]) -> None:
    view, message = failed_view(target, typed_words(sent.values)), FAILED
    try:
        await task
        view, message = counted_view(target), LATE
    except (FieldsRefused, DomainError) as found:
        refusal = found.refusal if isinstance(found, FieldsRefused) else found
        view, message = _outrun(desk, sent, target, refusal), refusal_message(refusal, now=desk.now())
    finally:  # a form never stays waiting; who has closed it is told directly
        if not await _is_filled(desk, sent, view):
            await desk.answers.tell(sent.place, message)


async def _is_filled(desk: Desk, sent: Submission, view: View) -> bool:
    try:
        return await desk.forms.fill(OpenForm(view_id=sent.view_id), view)
    except FormNotShown as problem:
        desk.telemetry.log("form_not_shown", problem=str(problem))
        return False


def _update(view: View) -> dict[str, Any]:
    return {"response_action": "update", "view": view}


def _outrun(desk: Desk, sent: Submission, target: ClickTarget, refusal: DomainError) -> View:
    desk.telemetry.count("clicks_refused", refusal=type(refusal).__name__)
    request = refusal.request if isinstance(refusal, ClickRefused) else None
    return outrun_view(refusal, target, typed_words(sent.values, request), now=desk.now())

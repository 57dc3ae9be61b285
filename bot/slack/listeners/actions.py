"""Clicks in messages. A word is committed before its click is acknowledged; a form opens before anything else."""

import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from slack_bolt.app.async_app import AsyncApp

from bot.domain.directive import Once
from bot.domain.errors import DomainError
from bot.domain.request import ApprovalRequest
from bot.domain.vote import Verdict, Word
from bot.slack.desk import Desk
from bot.slack.forms import FormNotShown, OpenForm
from bot.slack.ids import (
    CHOOSE_PATTERN,
    ActionId,
    ClickTarget,
    MenuVerb,
    UnreadableTarget,
    parse_menu_value,
    parse_value,
)
from bot.slack.listeners.clicks import Handler, click_listener, committed
from bot.slack.payloads import Click
from bot.slack.pending import Ack
from bot.slack.render.everything import everything_view
from bot.slack.render.objects import View
from bot.slack.render.request_view import request_view
from bot.slack.render.review import review_view
from bot.slack.render.views import REVIEW_TITLE, answer_view, choose_view, deny_view, loading_view, outrun_view
from bot.slack.sentences import FORM_NOT_SHOWN, failed_view

Draw = Callable[[ApprovalRequest], View]
_ANY = re.compile(".*")


def register(bolt_app: AsyncApp, desk: Desk) -> None:
    handlers: list[tuple[str | re.Pattern[str], Handler]] = [
        (ActionId.APPROVE, on_approve_clicked),
        (CHOOSE_PATTERN, on_option_clicked),
        (ActionId.DENY, on_deny_clicked),
        (ActionId.REVIEW, on_review_clicked),
        (ActionId.ANSWER, on_answer_clicked),
        (ActionId.CHOOSE_MENU, on_choose_clicked),
        (ActionId.MORE, on_menu_clicked),
        (ActionId.UNDO, on_undo_clicked),
        (ActionId.SEND_AGAIN, on_send_again_clicked),
        (ActionId.OPEN_CARD, on_link_clicked),
        (_ANY, on_unknown_clicked),
    ]
    for action_id, handler in handlers:
        cast(Any, bolt_app).action(action_id)(click_listener(desk, handler))


async def on_approve_clicked(desk: Desk, click: Click, ack: Ack) -> None:
    target = parse_value(click.value)
    word = Word(verdict=Verdict.APPROVE, revision=target.revision)
    await committed(desk, click, ack, desk.services.decide(target.request_id, word, by=click.by))
    await redraw_where_clicked(desk, click, target)


async def on_option_clicked(desk: Desk, click: Click, ack: Ack) -> None:
    target = parse_value(click.value)
    if target.option_id is None:
        raise UnreadableTarget
    word = Word(verdict=Verdict.CHOOSE, revision=target.revision, option_id=target.option_id)
    await committed(desk, click, ack, desk.services.decide(target.request_id, word, by=click.by))
    await redraw_where_clicked(desk, click, target)


async def on_deny_clicked(desk: Desk, click: Click, ack: Ack) -> None:
    await _show(
        desk, click, ack, _Form.to_decide(desk, click, parse_value(click.value), "Deny this request", deny_view)
    )


async def on_review_clicked(desk: Desk, click: Click, ack: Ack) -> None:
    await _show(desk, click, ack, _Form.to_decide(desk, click, parse_value(click.value), REVIEW_TITLE, review_view))


async def on_answer_clicked(desk: Desk, click: Click, ack: Ack) -> None:
    await _show(desk, click, ack, _Form.to_decide(desk, click, parse_value(click.value), "Answer", answer_view))


async def on_choose_clicked(desk: Desk, click: Click, ack: Ack) -> None:
    await _show(desk, click, ack, _Form.to_read(desk, click, parse_value(click.value), "Choose an option", choose_view))


async def on_menu_clicked(desk: Desk, click: Click, ack: Ack) -> None:
    verb, target = parse_menu_value(click.value)
    match verb:
        case MenuVerb.SHOW:
            await _show(desk, click, ack, _Form.to_read(desk, click, target, "Everything", everything_view))
        case MenuVerb.ANSWER:
            await _show(desk, click, ack, _Form.to_decide(desk, click, target, "Answer", answer_view))
        case MenuVerb.ESCALATE:
            work = desk.services.escalate(target.request_id, target.revision, by=click.by)
            await committed(desk, click, ack, work)
            await redraw_where_clicked(desk, click, target)


async def on_undo_clicked(desk: Desk, click: Click, ack: Ack) -> None:
    target = parse_value(click.value)
    undo, once = desk.services.sessions.undo, Once(click.once)
    await committed(desk, click, ack, undo(target.request_id, by=click.by, once=once))
    await redraw_where_clicked(desk, click, target)


async def on_send_again_clicked(desk: Desk, click: Click, ack: Ack) -> None:
    target = parse_value(click.value)
    await committed(desk, click, ack, desk.services.send_again(target.request_id, by=click.by))
    await redraw_where_clicked(desk, click, target)


async def on_link_clicked(desk: Desk, click: Click, ack: Ack) -> None:
    """Slack has followed the link already."""
    await ack()


async def on_unknown_clicked(desk: Desk, click: Click, ack: Ack) -> None:
    raise UnreadableTarget


@dataclass(frozen=True, slots=True)
class _Form:
    """A form on its way: what it is called while it waits, and how it is filled."""

    target: ClickTarget
    title: str
    read: Callable[[], Coroutine[Any, Any, ApprovalRequest]]
    draw: Draw

    @classmethod
    def to_decide(cls, desk: Desk, click: Click, target: ClickTarget, title: str, draw: Draw) -> "_Form":
        """Opened only for who may decide; from then on silence is no consent."""
        return cls(
            target, title, partial(desk.services.open_request, target.request_id, target.revision, by=click.by), draw
        )

    @classmethod
    def to_read(cls, desk: Desk, click: Click, target: ClickTarget, title: str, draw: Draw) -> "_Form":
        """Opened for who may see the request, and changes nothing."""
        return cls(target, title, partial(desk.services.read_request, target.request_id, by=click.by), draw)


async def _show(desk: Desk, click: Click, ack: Ack, form: _Form) -> None:
    """Open a waiting form before anything else, then fill it with the request or with the refusal."""
    await ack()  # nothing is decided by opening a form, and Slack need not wait for it
    try:
        waiting = loading_view(form.target, form.title)
        opened = await desk.forms.open(click.trigger_id, waiting, is_on_top=click.form_id is not None)
        view = failed_view(form.target)
        try:
            view = form.draw(await form.read())
        except DomainError as refusal:
            view = outrun_view(refusal, form.target, now=desk.now())
        finally:  # a form never stays waiting, whatever was raised
            await desk.forms.fill(opened, view)
    except FormNotShown as problem:
        desk.telemetry.log("form_not_shown", problem=str(problem))
        await desk.answers.tell(click.place, FORM_NOT_SHOWN)


async def redraw_where_clicked(desk: Desk, click: Click, target: ClickTarget) -> None:
    """What was decided in a form or on Home shows there what came of it; messages are drawn by the relay."""
    if click.is_at_home:
        await desk.homes.redraw(click.by)
    if click.form_id is None:
        return
    review = await desk.services.people.review(target.request_id, by=click.by)
    try:
        await desk.forms.fill(OpenForm(view_id=click.form_id), request_view(review.card))
    except FormNotShown as problem:
        desk.telemetry.log("form_not_shown", problem=str(problem))

"""App Home, and what can be pressed there: an inbox to decide from, away and back, a token for the terminal."""

import re
from typing import Any, cast

from slack_bolt.app.async_app import AsyncApp

from bot.domain.errors import DomainError, InvalidField
from bot.domain.people import Person
from bot.slack.desk import Desk
from bot.slack.forms import FormNotShown
from bot.slack.ids import ActionId, CallbackId, Part, UnreadableTarget, parse_value
from bot.slack.listeners.clicks import Handler, click_listener, committed
from bot.slack.payloads import SURFACE, Click, Submission, parse_submission, place_of
from bot.slack.pending import Ack, Body, Listener
from bot.slack.render.away import LASTING, away_message, away_view, nobody_view
from bot.slack.render.home import token_refused_view, token_view, token_waiting_view
from bot.slack.render.objects import View
from bot.slack.render.refusals import refusal_message
from bot.slack.render.request_view import request_loading_view, request_view
from bot.slack.render.views import outrun_view
from bot.slack.sentences import FORM_NOT_SHOWN, failed_view

_PAGES = re.compile(rf"{ActionId.HOME_PAGE}_(first|next)")


def register(bolt_app: AsyncApp, desk: Desk) -> None:
    handlers: list[tuple[str | re.Pattern[str], Handler]] = [
        (ActionId.OPEN_REQUEST, on_open_clicked),
        (_PAGES, on_page_clicked),
        (ActionId.AWAY_OPEN, on_away_clicked),
        (ActionId.BACK, on_back_clicked),
        (ActionId.TERMINAL, on_token_clicked),
    ]
    for action_id, handler in handlers:
        cast(Any, bolt_app).action(action_id)(click_listener(desk, handler))
    cast(Any, bolt_app).event("app_home_opened")(_home_listener(desk))
    cast(Any, bolt_app).view_submission(CallbackId.AWAY)(_away_listener(desk))


def _home_listener(desk: Desk) -> Listener:
    async def on_home_opened(ack: Ack, body: Body) -> None:
        await ack()
        match body.get("event"):
            case {"tab": "home", "user": str(user_id)}:
                await desk.homes.show(Person(surface=SURFACE, id=user_id, name=user_id))
            case _:
                pass

    return desk.pending.tracked(on_home_opened)


async def on_page_clicked(desk: Desk, click: Click, ack: Ack) -> None:
    await ack()
    is_first = click.action_id.endswith("_first")
    await desk.homes.show(click.by, after=None if is_first else click.value)


async def on_open_clicked(desk: Desk, click: Click, ack: Ack) -> None:
    """The whole card in a form, to be decided there."""
    await ack()
    target = parse_value(click.value)
    try:
        opened = await desk.forms.open(click.trigger_id, request_loading_view(target))
        view: View = failed_view(target)
        try:
            view = request_view((await desk.services.people.review(target.request_id, by=click.by)).card)
        except DomainError as refusal:
            view = outrun_view(refusal, target, now=desk.now())
        finally:  # a form never stays waiting, whatever was raised
            await desk.forms.fill(opened, view)
    except FormNotShown as problem:
        desk.telemetry.log("form_not_shown", problem=str(problem))
        await desk.answers.tell(click.place, FORM_NOT_SHOWN)


async def on_away_clicked(desk: Desk, click: Click, ack: Ack) -> None:
    await ack()
    others = [one for one in desk.services.people.named.all() if one.id != click.by.id]
    try:
        await desk.forms.open(click.trigger_id, away_view(others) if others else nobody_view())
    except FormNotShown as problem:
        desk.telemetry.log("form_not_shown", problem=str(problem))
        await desk.answers.tell(click.place, FORM_NOT_SHOWN)


async def on_back_clicked(desk: Desk, click: Click, ack: Ack) -> None:
    await committed(desk, click, ack, desk.services.people.come_back(by=click.by))
    await desk.homes.show(click.by)


async def on_token_clicked(desk: Desk, click: Click, ack: Ack) -> None:
    """Shown in a form and nowhere else: a message would stay."""
    await ack()
    people = desk.services.people
    try:
        opened = await desk.forms.open(click.trigger_id, token_waiting_view())
        try:
            view = token_view(await people.add_token(click.by.id, people.named.one(click.by.id).name))
        except DomainError as refusal:
            view = token_refused_view(refusal, now=desk.now())
        await desk.forms.fill(opened, view)
    except FormNotShown as problem:
        desk.telemetry.log("form_not_shown", problem=str(problem))
        await desk.answers.tell(click.place, FORM_NOT_SHOWN)


def _away_listener(desk: Desk) -> Listener:
    async def on_away_submitted(ack: Ack, body: Body) -> None:
        try:
            sent = parse_submission(body)
            await _go_away(desk, sent)
        except InvalidField as refusal:
            await ack(response_action="errors", errors={Part.BACKUP: f"{refusal.problem}.".capitalize()})
        except DomainError as refusal:
            await ack()
            await desk.answers.tell(place_of(body), refusal_message(refusal, now=desk.now()))
        else:
            await ack()
            await desk.homes.show(sent.by)

    return desk.pending.tracked(on_away_submitted)


async def _go_away(desk: Desk, sent: Submission) -> None:
    people = desk.services.people
    try:
        backup_id = sent.values[Part.BACKUP][ActionId.BACKUP]["selected_option"]["value"]
        lasting = sent.values[Part.UNTIL][ActionId.UNTIL]["selected_option"]["value"]
        length = next(length for value, _, length in LASTING if value == lasting)
    except (KeyError, TypeError, StopIteration) as problem:
        raise UnreadableTarget from problem
    named = people.named.one(backup_id)
    backup = Person(surface=SURFACE, id=named.id, name=named.name)
    away = await people.go_away(by=sent.by, backup=backup, until=desk.now() + length if length else None)
    await desk.answers.tell(sent.place, away_message(away, backup, desk.now()))

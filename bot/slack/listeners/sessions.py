"""Buttons about a session: on its card, in a list, and under a question that was asked back."""

from datetime import datetime
from functools import partial
from typing import Any, Protocol, cast

from slack_bolt.app.async_app import AsyncApp

from bot.domain.directive import DirectiveKind, Once, SteerAim
from bot.domain.errors import DomainError
from bot.domain.overview import SessionOverview
from bot.slack.desk import Desk
from bot.slack.forms import FormNotShown, OpenForm
from bot.slack.ids import ActionId
from bot.slack.listeners.clicks import click_listener, committed
from bot.slack.payloads import Click
from bot.slack.pending import Ack
from bot.slack.render.agent_answers import done_message, sent_message
from bot.slack.render.objects import View
from bot.slack.render.session import SESSION_TITLE, session_view, shown_message
from bot.slack.render.steer import (
    STEER_TITLE,
    steer_failed_view,
    steer_loading_view,
    steer_refused_view,
    steer_view,
)
from bot.slack.sentences import FORM_NOT_SHOWN
from bot.slack.session_ids import (
    SESSION_PATTERN,
    AgentVerb,
    SessionTarget,
    SteerForm,
    is_pick,
    parse_session_value,
    verb_of,
)


class Draw(Protocol):
    def __call__(self, overview: SessionOverview, /, *, now: datetime) -> View: ...


def register(bolt_app: AsyncApp, desk: Desk) -> None:
    for action_id, handler in (
        (SESSION_PATTERN, on_session_clicked),
        (ActionId.STEER_GOAL, on_goal_clicked),
        (ActionId.DISMISS, on_dismissed),
    ):
        cast(Any, bolt_app).action(action_id)(click_listener(desk, handler))


async def on_session_clicked(desk: Desk, click: Click, ack: Ack) -> None:
    verb, target = verb_of(click.action_id), parse_session_value(click.value)
    match verb:
        case AgentVerb.SHOW:
            await _show(desk, click, ack, target)
        case AgentVerb.STEER if target.words:
            await _steer(desk, click, ack, target, SteerAim.STEP)
        case AgentVerb.STEER:
            await _ask_for_words(desk, click, ack, target)
        case _:
            await _tell(desk, click, ack, verb, target)


async def on_goal_clicked(desk: Desk, click: Click, ack: Ack) -> None:
    """What was sent as a correction of the step is about the goal: sent once more as that."""
    await _steer(desk, click, ack, parse_session_value(click.value), SteerAim.GOAL)


async def on_dismissed(desk: Desk, click: Click, ack: Ack) -> None:
    """No to a question of ours: it goes away, and nothing is done."""
    await ack()
    await desk.answers.remove(click.place)


async def _tell(desk: Desk, click: Click, ack: Ack, verb: AgentVerb, target: SessionTarget) -> None:
    """On the session's card the card itself answers; a private question turns into its answer, a form is drawn anew."""
    issue, kind = desk.services.sessions.issue, DirectiveKind(verb.value)
    work = issue(target.session_id, kind, by=click.by, text=target.words or None, once=Once(click.once))
    await committed(desk, click, ack, work)
    if click.place.is_private:
        channel = await desk.services.sessions.look.card_channel(target.session_id)
        elsewhere = channel if channel != click.place.channel else None
        overview = await _read(desk, click, target)
        await desk.answers.replace(click.place, done_message(verb, overview.agent.name, elsewhere))
    elif click.form_id is not None:
        await _fill(
            desk, OpenForm(view_id=click.form_id), session_view(await _read(desk, click, target), now=desk.now())
        )


async def _steer(desk: Desk, click: Click, ack: Ack, target: SessionTarget, aim: SteerAim) -> None:
    issue = desk.services.sessions.issue
    once = Once(click.once)
    work = issue(target.session_id, DirectiveKind.STEER, by=click.by, text=target.words, aim=aim, once=once)
    await committed(desk, click, ack, work)
    overview = await _read(desk, click, target)
    await desk.answers.replace(click.place, sent_message(overview.agent.name, target, aim))


async def _show(desk: Desk, click: Click, ack: Ack, target: SessionTarget) -> None:
    """The list stays where it is; a question which one was meant turns into the answer; on Home a form opens."""
    await ack()
    if click.is_at_home:
        await _open(desk, click, SteerForm(session_id=target.session_id), SESSION_TITLE, session_view)
        return
    overview = await _read(desk, click, target)
    answer = desk.answers.replace if is_pick(click.action_id) else desk.answers.tell
    await answer(click.place, shown_message(overview, now=desk.now()))


async def _ask_for_words(desk: Desk, click: Click, ack: Ack, target: SessionTarget) -> None:
    await ack()
    form = SteerForm(session_id=target.session_id, channel=click.place.channel if click.place.is_private else None)
    await _open(desk, click, form, STEER_TITLE, partial(_steer_form, form), to=DirectiveKind.STEER)


def _steer_form(form: SteerForm, overview: SessionOverview, /, *, now: datetime) -> View:
    return steer_view(overview, form)


async def _open(
    desk: Desk, click: Click, form: SteerForm, title: str, draw: Draw, *, to: DirectiveKind | None = None
) -> None:
    """A waiting form before anything else, then what it shows, or why not to this person."""
    try:
        waiting = steer_loading_view(form, title)
        opened = await desk.forms.open(click.trigger_id, waiting, is_on_top=click.form_id is not None)
    except FormNotShown as problem:
        desk.telemetry.log("form_not_shown", problem=str(problem))
        await desk.answers.tell(click.place, FORM_NOT_SHOWN)
        return
    view = steer_failed_view(form)
    try:
        overview = await desk.services.sessions.look.one(form.session_id, by=click.by, to=to)
        view = draw(overview, now=desk.now())
    except DomainError as refusal:
        view = steer_refused_view(refusal, form, now=desk.now())
    finally:  # a form never stays waiting, whatever was raised
        await _fill(desk, opened, view)


async def _fill(desk: Desk, form: OpenForm, view: View) -> None:
    try:
        await desk.forms.fill(form, view)
    except FormNotShown as problem:
        desk.telemetry.log("form_not_shown", problem=str(problem))


async def _read(desk: Desk, click: Click, target: SessionTarget) -> SessionOverview:
    return await desk.services.sessions.look.one(target.session_id, by=click.by)

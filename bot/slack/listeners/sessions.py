"""Buttons about a session: on its card, in a list, and under a question that was asked back."""

from typing import Any, cast

from slack_bolt.app.async_app import AsyncApp

from bot.domain.directive import DirectiveKind, SteerAim
from bot.domain.errors import DomainError
from bot.slack.desk import Desk
from bot.slack.forms import FormNotShown
from bot.slack.ids import ActionId
from bot.slack.listeners.clicks import click_listener, committed
from bot.slack.payloads import Click
from bot.slack.pending import Ack
from bot.slack.render.agent_answers import done_message, sent_message
from bot.slack.render.session import shown_message
from bot.slack.render.steer import steer_failed_view, steer_loading_view, steer_refused_view, steer_view
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
            await _open_form(desk, click, ack, target)
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
    """On the session's card the card itself answers; a private question turns into its answer."""
    issue, kind = desk.services.sessions.issue, DirectiveKind(verb.value)
    await committed(desk, click, ack, issue(target.session_id, kind, by=click.by, text=target.words or None))
    if click.place.is_private:
        channel = await desk.services.sessions.look.card_channel(target.session_id)
        elsewhere = channel if channel != click.place.channel else None
        await desk.answers.replace(click.place, done_message(verb, await _agent_name(desk, click, target), elsewhere))


async def _steer(desk: Desk, click: Click, ack: Ack, target: SessionTarget, aim: SteerAim) -> None:
    issue = desk.services.sessions.issue
    work = issue(target.session_id, DirectiveKind.STEER, by=click.by, text=target.words, aim=aim)
    await committed(desk, click, ack, work)
    await desk.answers.replace(click.place, sent_message(await _agent_name(desk, click, target), target, aim))


async def _show(desk: Desk, click: Click, ack: Ack, target: SessionTarget) -> None:
    """The list stays where it is; a question which one was meant turns into the answer."""
    await ack()
    overview = await desk.services.sessions.look.one(target.session_id, by=click.by)
    answer = desk.answers.replace if is_pick(click.action_id) else desk.answers.tell
    await answer(click.place, shown_message(overview, now=desk.now()))


async def _open_form(desk: Desk, click: Click, ack: Ack, target: SessionTarget) -> None:
    """A waiting form before anything else, then what it asks, or why this person cannot steer."""
    await ack()
    form = SteerForm(session_id=target.session_id, channel=click.place.channel if click.place.is_private else None)
    try:
        opened = await desk.forms.open(click.trigger_id, steer_loading_view(form))
        view = steer_failed_view(form)
        try:
            look = desk.services.sessions.look
            view = steer_view(await look.one(target.session_id, by=click.by, to=DirectiveKind.STEER), form)
        except DomainError as refusal:
            view = steer_refused_view(refusal, form, now=desk.now())
        finally:  # a form never stays waiting, whatever was raised
            await desk.forms.fill(opened, view)
    except FormNotShown as problem:
        desk.telemetry.log("form_not_shown", problem=str(problem))
        await desk.answers.tell(click.place, FORM_NOT_SHOWN)


async def _agent_name(desk: Desk, click: Click, target: SessionTarget) -> str:
    return (await desk.services.sessions.look.one(target.session_id, by=click.by)).agent.name

"""What people do around a digest: ask for one, open their inbox, approve small ones together, mute a kind of alerts."""

from collections.abc import Sequence
from typing import Any, cast

from slack_bolt.app.async_app import AsyncApp

from bot.domain.errors import DomainError
from bot.services.overview import Near, Nobody, One, Several
from bot.services.write_digest import NothingToTell
from bot.slack.commands import Said
from bot.slack.desk import Desk
from bot.slack.digest_ids import DigestVerb, PartTarget, parse_part_menu_value, parse_part_metadata, parse_part_value
from bot.slack.forms import FormNotShown, OpenForm
from bot.slack.ids import ActionId, CallbackId
from bot.slack.listeners.clicks import click_listener, committed
from bot.slack.payloads import Click, Command, Submission, parse_submission, place_of
from bot.slack.pending import Ack, Body
from bot.slack.render.agent_answers import near_message, nobody_message, which_message
from bot.slack.render.agents import MOST_ROWS
from bot.slack.render.bulk import (
    bulk_done_message,
    bulk_done_view,
    bulk_failed_view,
    bulk_loading_view,
    bulk_refused_view,
    bulk_view,
    read_bulk,
)
from bot.slack.render.digest import HOW_TO_ASK, ON_ITS_WAY, muted_message, nothing_message
from bot.slack.render.inbox import MOST_ROWS as MOST_WAITING
from bot.slack.render.inbox import inbox_message
from bot.slack.render.objects import Message, View
from bot.slack.render.refusals import refusal_message
from bot.slack.render.session import shown_message
from bot.slack.sentences import FAILED, FORM_NOT_SHOWN
from bot.slack.session_ids import AgentVerb

NOW = "now"
STILL_APPROVING = "One moment, each is recorded by itself…"


def register(bolt_app: AsyncApp, desk: Desk) -> None:
    for action_id, handler in (
        (ActionId.OPEN_INBOX, on_inbox_clicked),
        (ActionId.BULK_REVIEW, on_bulk_clicked),
        (ActionId.ALERT_MORE, on_menu_clicked),
    ):
        cast(Any, bolt_app).action(action_id)(click_listener(desk, handler))

    async def on_bulk_submitted(ack: Ack, body: Body) -> None:
        try:
            sent = parse_submission(body)
            target = parse_part_metadata(sent.private_metadata)
            chosen = [(one.request_id, one.revision) for one in read_bulk(sent.values)]
        except DomainError as refusal:
            await ack()
            await desk.refuse(place_of(body), refusal)
        else:
            await _approved(desk, sent, target, chosen, ack)

    cast(Any, bolt_app).view_submission(CallbackId.BULK)(desk.pending.tracked(on_bulk_submitted))


async def on_digest(desk: Desk, command: Command) -> Said | None:
    """`/agent digest now`: the digest is public, the answer is not."""
    if command.words.strip().lower() not in ("", NOW):
        return Said(message=HOW_TO_ASK)
    written = await desk.services.digests.now(command.channel, by=command.by, once=command.once)
    return Said(message=nothing_message(written) if isinstance(written, NothingToTell) else ON_ITS_WAY)


async def on_inbox_clicked(desk: Desk, click: Click, ack: Ack) -> None:
    await ack()
    page = await desk.services.people.inbox(click.by, limit=MOST_WAITING)
    await desk.answers.tell(click.place, inbox_message(page.items, total=page.total, now=desk.now()))


async def on_bulk_clicked(desk: Desk, click: Click, ack: Ack) -> None:
    """A waiting form before anything else, then what can be approved by this person."""
    target = parse_part_value(click.value)
    await ack()
    try:
        opened = await desk.forms.open(click.trigger_id, bulk_loading_view(target))
        view = bulk_failed_view(target)
        try:
            small = await desk.services.digests.small(target.digest_id, target.agent_id, by=click.by)
            view = bulk_view(small, target)
        except DomainError as refusal:
            view = bulk_refused_view(refusal, target, now=desk.now())
        finally:  # a form never stays waiting, whatever was raised
            await desk.forms.fill(opened, view)
    except FormNotShown as problem:
        desk.telemetry.log("form_not_shown", problem=str(problem))
        await desk.answers.tell(click.place, FORM_NOT_SHOWN)


async def on_menu_clicked(desk: Desk, click: Click, ack: Ack) -> None:
    verb, target = parse_part_menu_value(click.value)
    if verb is DigestVerb.OPEN:
        await ack()
        agent = await desk.services.digests.agent(target.digest_id, target.agent_id, by=click.by)
        await desk.answers.tell(click.place, await _session_of(desk, click, agent.name))
        return
    await _mute(desk, click, ack, target, muted=verb is DigestVerb.MUTE)


async def _mute(desk: Desk, click: Click, ack: Ack, target: PartTarget, *, muted: bool) -> None:
    kind, digests = target.kind or "", desk.services.digests
    work = digests.mute(target.digest_id, target.agent_id, kind, by=click.by, muted=muted)
    mute = await committed(desk, click, ack, work)
    agent = await digests.agent(target.digest_id, target.agent_id, by=click.by)
    await desk.answers.tell(click.place, muted_message(agent, kind, mute))


async def _session_of(desk: Desk, click: Click, name: str) -> Message:
    """As `/agent show` answers."""
    look = desk.services.sessions.look
    match await look.meant(name, by=click.by):
        case One(overview=overview):
            return shown_message(overview, now=desk.now())
        case Several(overviews=overviews, count=count):
            return which_message(AgentVerb.SHOW, name, overviews, count=count, now=desk.now())
        case Near(overviews=overviews):
            return near_message(AgentVerb.SHOW, name, overviews)
        case Nobody():
            running = await look.running(by=click.by, limit=MOST_ROWS)
            return nobody_message(AgentVerb.SHOW, name, running.overviews)


async def _approved(
    desk: Desk, sent: Submission, target: PartTarget, chosen: Sequence[tuple[str, int]], ack: Ack
) -> None:
    """The result travels in the acknowledgement; when it takes too long, the form waits and is filled afterwards."""
    work = desk.services.digests.approve(target.digest_id, target.agent_id, chosen, by=sent.by)
    task = await desk.in_time(work)
    is_late = not task.done()
    if is_late:
        await ack(response_action="update", view=bulk_loading_view(target, STILL_APPROVING))
    view, message = bulk_failed_view(target), FAILED
    try:
        answers = await task
        view, message = bulk_done_view(answers, target, now=desk.now()), bulk_done_message(answers)
    except DomainError as refusal:
        desk.telemetry.count("clicks_refused", refusal=type(refusal).__name__)
        view, message = bulk_refused_view(refusal, target, now=desk.now()), refusal_message(refusal, now=desk.now())
    finally:  # a form never stays waiting, whatever was raised; who has closed it is told directly
        if not is_late:
            await ack(response_action="update", view=view)
        elif not await _is_filled(desk, sent, view):
            await desk.answers.tell(sent.place, message)


async def _is_filled(desk: Desk, sent: Submission, view: View) -> bool:
    try:
        return await desk.forms.fill(OpenForm(view_id=sent.view_id), view)
    except FormNotShown as problem:
        desk.telemetry.log("form_not_shown", problem=str(problem))
        return False

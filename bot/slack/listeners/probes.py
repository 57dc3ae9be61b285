"""A press on the doctor's test card: recorded, acknowledged, and shown on the card, as it goes with every decision."""

from datetime import UTC, datetime
from typing import Any, cast

from slack_bolt.app.async_app import AsyncApp

from bot.domain.errors import DomainError
from bot.domain.people import Person
from bot.services.repositories.probes import Probe
from bot.slack.desk import Desk
from bot.slack.ids import ActionId
from bot.slack.listeners.clicks import committed
from bot.slack.payloads import SURFACE, Click, parse_click, place_of
from bot.slack.pending import Ack, Body
from bot.slack.render.probe import UNKNOWN, heard_probe
from bot.slack.web import SlackApi, SlackSaid, SlackUnreachable


def register(bolt_app: AsyncApp, desk: Desk, api: SlackApi) -> None:
    async def on_probe_pressed(ack: Ack, body: Body) -> None:
        try:
            click = parse_click(body)
        except DomainError as refusal:
            await ack()
            await desk.refuse(place_of(body), refusal)
            return
        hear = desk.services.hear_probe(click.value, clicked_by=click.by.id, clicked_at=_pressed_at(body) or desk.now())
        probe = await committed(desk, click, ack, hear)
        if probe is None:
            desk.telemetry.count("probes_unknown")
            await desk.answers.tell(click.place, UNKNOWN)
            return
        await _show(api, desk, click, probe, body)

    cast(Any, bolt_app).action(ActionId.PROBE)(desk.pending.tracked(on_probe_pressed))


async def _show(api: SlackApi, desk: Desk, click: Click, probe: Probe, body: Body) -> None:
    """The first press stays on the card, whoever presses after that."""
    by = Person(surface=SURFACE, id=probe.clicked_by or click.by.id, name=click.by.name)
    shown = heard_probe(probe.id, by=by, after=probe.way_back)
    try:
        await api.call("chat.update", channel=click.place.channel, ts=body["container"]["message_ts"], **shown)
    except (SlackSaid, SlackUnreachable, KeyError) as problem:
        desk.telemetry.log("probe_not_shown", problem=str(problem))
        await desk.answers.tell(click.place, shown)


def _pressed_at(body: Body) -> datetime | None:
    """When Slack says it happened."""
    try:
        return datetime.fromtimestamp(float(body["actions"][0]["action_ts"]), UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return None

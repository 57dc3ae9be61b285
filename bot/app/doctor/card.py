"""The test card: posted, pressed by somebody, and heard of through the database, to which the server wrote it."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from bot.app.doctor.findings import Finding, failed, ok, warning
from bot.app.doctor.presses import CouldNotPress
from bot.app.doctor.server import RunningServer
from bot.domain.policy import Policy
from bot.services.ports import Ids, Store, StoreUnavailable
from bot.services.repositories.probes import Probe
from bot.slack.chat_errors import why_refused
from bot.slack.render.probe import seconds_of, shows_heard, unheard_probe, waiting_probe
from bot.slack.web import SlackApi, SlackSaid, SlackUnreachable
from bot.store.inspection import probe_of

Seen = TypeVar("Seen")

NAME = "way back"
LOOK = timedelta(milliseconds=200)
REDRAWN = timedelta(seconds=5)
"""So long a server may take to draw the card anew."""
_CLOSING = timedelta(seconds=5)

_UNSIGNED = "slack_not_signed"
_UNKNOWN = "probes_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedCard:
    """Where the card stands, for whoever presses it."""

    probe_id: str
    channel: str
    ts: str


Press = Callable[[PostedCard], Awaitable[None]]
"""Somebody who presses by themselves. Raises CouldNotPress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTest:
    """Everything the test needs. Without `press` a person is asked, by `say`."""

    api: SlackApi
    store: Store
    server: RunningServer
    policy: Policy
    ids: Ids
    now: Callable[[], datetime]
    say: Callable[[str], None]
    wait: timedelta
    press: Press | None = None
    uses_sockets: bool = False
    machine: str = field(default_factory=socket.gethostname)

    async def __call__(self, channel: str) -> Finding:
        """Post, wait for the press, and say how long it took; the card shows what came of it."""
        probe_id, until = self.ids.new("prb"), self.now() + self.wait
        try:
            await self.store.run(lambda work: work.probes.add(probe_id, work.now))
            card = await self._posted(probe_id, channel, until)
        except SlackSaid as said:
            return failed(NAME, f"no card in {channel}: {why_refused(said)}", fix=_NO_CARD_FIX)
        except (SlackUnreachable, StoreUnavailable) as problem:
            return failed(NAME, f"no card in {channel}: {problem}", fix="Try again in a minute.")
        before = await self._counted()
        try:
            return await self._pressed(card, before)
        except CouldNotPress as problem:
            return failed(NAME, str(problem), fix=problem.fix)
        finally:
            await self._closed(card)

    async def _posted(self, probe_id: str, channel: str, until: datetime) -> PostedCard:
        waiting = waiting_probe(probe_id, machine=self.machine, until=until)
        posted = await self.api.call(
            "chat.postMessage", channel=channel, unfurl_links=False, unfurl_media=False, **waiting
        )
        return PostedCard(probe_id=probe_id, channel=str(posted["channel"]), ts=str(posted["ts"]))

    async def _pressed(self, card: PostedCard, before: Mapping[str, float]) -> Finding:
        if self.press is None:
            waits = f"{self.wait.total_seconds():g} s"
            self.say(f"A test card is in {card.channel}. Press its button; this waits {waits}, Ctrl-C ends it.")
        else:
            await self.press(card)
        probe = await self._until(self.wait, lambda: self._news_of(card, before))
        if probe is None:
            return await self._not_heard(before)
        if isinstance(probe, Finding):
            return probe
        is_shown = await self._until(min(REDRAWN, self.wait), lambda: self._as_shown(card))
        return self._told(probe) if is_shown else self._not_shown(probe)

    async def _until(self, most: timedelta, look: Callable[[], Awaitable[Seen | None]]) -> Seen | None:
        """What `look` saw first. Other processes do it, and do not tell us: so look again and again."""
        try:
            async with asyncio.timeout(most.total_seconds()):
                while (seen := await look()) is None:  # noqa: ASYNC110 - the process that knows is another
                    await asyncio.sleep(LOOK.total_seconds())
        except TimeoutError:
            return None
        return seen

    async def _as_heard(self, probe_id: str) -> Probe | None:
        probe = await probe_of(self.store, probe_id)
        return None if probe is None or probe.heard_at is None else probe

    async def _as_shown(self, card: PostedCard) -> bool | None:
        """True once the server has drawn the card anew."""
        try:
            page = await self.api.read(
                "conversations.history", channel=card.channel, oldest=card.ts, latest=card.ts, inclusive=True, limit=1
            )
        except (SlackSaid, SlackUnreachable):
            return None
        return any(map(shows_heard, page.get("messages", ()))) or None

    def _told(self, probe: Probe) -> Finding:
        return ok(NAME, f"{self._press_of(probe)}, recorded and shown on the card")

    def _not_shown(self, probe: Probe) -> Finding:
        what = f"{self._press_of(probe)}, but the card does not show it"
        return warning(
            NAME, what, fix="See what the server logs, and whether Slack asks it to wait (slack-status.com)."
        )

    def _press_of(self, probe: Probe) -> str:
        took = "heard" if probe.way_back is None else f"heard after {seconds_of(probe.way_back)}"
        if self.press is not None:
            return f"a press made by this program was {took}"
        return f"a press by {self.policy.person_name(probe.clicked_by or '') or probe.clicked_by} was {took}"

    async def _news_of(self, card: PostedCard, before: Mapping[str, float]) -> Probe | Finding | None:
        """The press, or why it will not be heard; None while nothing has come."""
        heard = await self._as_heard(card.probe_id)
        if heard is not None:
            return heard
        now = await self._counted()
        if now[_UNKNOWN] == before[_UNKNOWN]:
            return None
        what = "the press reached a server that uses another database than this one"
        return failed(NAME, what, fix="Give server and doctor the same SAYSO_DATABASE_URL, and start them alike.")

    async def _not_heard(self, before: Mapping[str, float]) -> Finding:
        """Anybody can send what is not signed, so this is judged only when nothing better has come."""
        waited = f"no press was heard within {self.wait.total_seconds():g} s"
        now = await self._counted()
        if now[_UNSIGNED] == before[_UNSIGNED]:
            return failed(NAME, waited, fix=_NOTHING_BY_SOCKET if self.uses_sockets else _NOTHING_BY_HTTP)
        what = f"{waited}; a request came whose signature does not fit the server's SLACK_SIGNING_SECRET"
        fix = "Copy the Signing Secret from “Basic Information” of this Slack app, and start the server again."
        return failed(NAME, what, fix=fix)

    async def _counted(self) -> Mapping[str, float]:
        return await self.server.counted(_UNSIGNED, _UNKNOWN)

    async def _closed(self, card: PostedCard) -> None:
        """No button stays that nobody waits for, also where somebody ended the waiting."""
        if await self._as_heard(card.probe_id) is not None:
            return
        unheard = unheard_probe(card.probe_id, at=self.now())
        with suppress(SlackSaid, SlackUnreachable, TimeoutError):
            async with asyncio.timeout(_CLOSING.total_seconds()):
                await self.api.call("chat.update", channel=card.channel, ts=card.ts, **unheard)


_NO_CARD_FIX = "Type /invite @sayso in the channel, or name another one: --channel C…"
_NOTHING_BY_HTTP = (
    "If somebody pressed, Slack did not reach the server: “Interactivity & Shortcuts” of the Slack app must be on, and "
    "its Request URL https://YOUR-HOST/slack/events, which the internet can reach. Nobody pressed? Run this again."
)
_NOTHING_BY_SOCKET = (
    "If somebody pressed: “Interactivity & Shortcuts” of the Slack app must be on, and no other server may run with "
    "the same SLACK_APP_TOKEN and another database: Slack gives each press to one of them. "
    "Nobody pressed? Run this again."
)

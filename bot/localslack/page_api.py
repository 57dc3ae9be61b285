"""The page's own API below `/page/`: what one person sees, and what they do."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from aiohttp import web

from bot.localslack.changes import Listener
from bot.localslack.commands import IN_A_THREAD, is_command
from bot.localslack.conversations import Conversation
from bot.localslack.errors import PersonRefused
from bot.localslack.gestures import Gestures
from bot.localslack.json_value import Json, as_object, dumped, unpacked
from bot.localslack.message import Message
from bot.localslack.page_shows import AT_ONCE, panel_shown, workspace_shown
from bot.localslack.switches import Switch
from bot.localslack.typing_in import escaped, with_mentions
from bot.localslack.world import World

PAGE = Path(__file__).parent / "page"
WIRE_SHOWN = 50
HEARTBEAT_SECONDS = 15.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PageApi:
    """Routes of the page. The person who acts is always named by `as`."""

    def __init__(self, world: World, gestures: Gestures) -> None:
        self._world = world
        self._gestures = gestures

    def routes(self) -> list[web.RouteDef]:
        """All of them."""
        reads: dict[str, Handler] = {
            "workspace": self.workspace,
            "state": self.state,
            "messages": self.messages,
            "wire": self.wire,
            "faults": self.faults,
            "events": self.events,
        }
        acts: dict[str, Callable[[str, Json], Awaitable[Json]]] = {
            "click": self.click,
            "submit": self.submit,
            "close": self.close,
            "message": self.message,
            "read": self.read,
            "home": self.home,
            "fault": self.fault,
        }
        return [
            *(web.get(f"/page/{name}", handler) for name, handler in reads.items()),
            *(web.post(f"/page/{name}", acted(act)) for name, act in acts.items()),
        ]

    async def workspace(self, http_request: web.Request) -> web.Response:
        """Who and what there is.

        Loading it is a reload of Slack: gone are the ephemeral messages of the person named by `as`, and of
        everybody who has no page open.
        """
        workspace = self._world.workspace
        for person in workspace.people:
            if person.id == http_request.query.get("as") or not self._world.changes.is_listening(person.id):
                self._world.conversations.forget_ephemerals(person.id)
        return answered(workspace_shown(workspace))

    async def state(self, http_request: web.Request) -> web.Response:
        """The sidebar, the open modal and what the app's Home shows."""
        user_id = http_request.query.get("as", "")
        view = self._world.views.top(user_id)
        conversations = [self._in_sidebar(user_id, each) for each in self._world.conversations.of_person(user_id)]
        modal = view.as_slack(self._world.workspace) if view else None
        published = self._world.views.home(user_id)
        home = published.as_slack(self._world.workspace) if published else None
        return answered({"conversations": conversations, "modal": modal, "home": home})

    def _in_sidebar(self, user_id: str, conversation: Conversation) -> Json:
        unread, mentions = self._world.conversations.unread(user_id, conversation)
        latest = next(reversed(conversation.by_ts), None)
        is_channel = conversation.kind == "channel"
        name = conversation.name if is_channel else self._world.workspace.bot.real_name
        return {
            "id": conversation.id,
            "kind": "channel" if is_channel else "dm",
            "name": name,
            "unread": unread,
            "mentions": mentions,
            "latest_ts": latest,
        }

    async def messages(self, http_request: web.Request) -> web.Response:
        """A channel, or with `thread_ts` one thread, oldest first; with what only this person sees."""
        user_id, thread_ts = (
            http_request.query.get("as", ""),
            http_request.query.get("thread_ts"),
        )
        conversation = self._world.conversations.find(http_request.query.get("channel", ""))
        if conversation is None or user_id not in conversation.members:
            return answered({"ok": False, "error": "You are not in this conversation."}, status=404)
        private = [message for message in conversation.ephemerals if message.only_for == user_id]
        seen = sorted([*conversation.messages, *private], key=lambda message: message.ts)
        if thread_ts:
            shown = [message for message in seen if thread_ts in (message.ts, message.thread_ts)]
        else:
            shown = [message for message in seen if message.is_in_channel]
        return answered({"messages": [self._as_page(conversation, message) for message in shown]})

    def _as_page(self, conversation: Conversation, message: Message) -> Json:
        return message.as_page(self._world.workspace, replies=conversation.replies(message.ts))

    async def wire(self, http_request: web.Request) -> web.Response:
        """The last calls, newest first."""
        return answered({"calls": self._world.wire.latest(WIRE_SHOWN)})

    async def faults(self, http_request: web.Request) -> web.Response:
        """The switches of the panel, what can be done at once, and what tests have planned."""
        return answered(panel_shown(self._world))

    async def events(self, http_request: web.Request) -> web.StreamResponse:
        """What changes for this person, as Server-Sent Events."""
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})

        def is_connected() -> bool:
            return http_request.transport is not None and not http_request.transport.is_closing()

        listener = self._world.changes.listen(http_request.query.get("as", ""), is_connected)
        try:
            await stream.prepare(http_request)
            await stream.write(b": listening\n\n")
            async for event in events_of(listener):
                await stream.write(event)
        except ConnectionError:
            pass  # the page was closed; there is nobody left to tell
        finally:
            self._world.changes.forget(listener)
        return stream

    async def click(self, user_id: str, body: Json) -> Json:
        """Click or choose, in a message or in a modal."""
        if view_id := body.get("view_id"):
            answer = await self._gestures.click_in_view(user_id, str(view_id), state=body)
        else:
            answer = await self._gestures.click(
                user_id,
                str(body.get("channel")),
                str(body.get("message_ts")),
                state=body,
            )
        return {"ok": True} if answer.ok else answer.as_json()

    async def submit(self, user_id: str, body: Json) -> Json:
        """Submit the open modal."""
        values = as_object(body.get("values")) or {}
        return (await self._gestures.submit(user_id, str(body.get("view_id")), values)).as_json()

    async def close(self, user_id: str, body: Json) -> Json:
        """Close the open modal."""
        await self._gestures.close_view(user_id, str(body.get("view_id")), clear=bool(body.get("clear")))
        return {"ok": True}

    async def message(self, user_id: str, body: Json) -> Json:
        """Write a message or a slash command. `text` is what was typed: nothing in it is markup."""
        channel, text, thread_ts = str(body.get("channel")), str(body.get("text", "")), body.get("thread_ts")
        if is_command(text):
            if thread_ts:
                raise PersonRefused(IN_A_THREAD.format(command=text.split(maxsplit=1)[0]))
            await self._gestures.command(user_id, channel, text)
            return {"ok": True}
        words = with_mentions(self._world.workspace, escaped(text))
        written = self._gestures.write(user_id, channel, words, thread_ts=thread_ts)
        return {"ok": True, "ts": written.ts}

    async def home(self, user_id: str, body: Json) -> Json:
        """Open the app's Home, or with `tab: "messages"` its direct messages."""
        self._gestures.open_home(user_id, "messages" if body.get("tab") == "messages" else "home")
        return {"ok": True}

    async def fault(self, user_id: str, body: Json) -> Json:
        """Turn a switch, or do at once what is not a switch. Anybody may, also while Slack is down."""
        name = str(body.get("name"))
        if name in AT_ONCE:
            await AT_ONCE[name].act(self._world)
        elif name.upper() in Switch.__members__:
            self._world.faults.switch(Switch[name.upper()], on=bool(body.get("on")))
        else:
            raise PersonRefused("There is no such switch.")
        return {"ok": True, **panel_shown(self._world)}

    async def read(self, user_id: str, body: Json) -> Json:
        """Mark a conversation as read."""
        self._gestures.read(user_id, str(body.get("channel")))
        return {"ok": True}


def acted(act: Callable[[str, Json], Awaitable[Json]]) -> Handler:
    """A gesture as a route: JSON in, JSON out, refusals as a sentence.

    Only JSON is taken, so that no foreign page can make a person's browser act here.
    """

    async def handle(http_request: web.Request) -> web.Response:
        if http_request.content_type != "application/json":
            return answered({"ok": False, "error": "Send JSON."}, status=415)
        body = as_object(unpacked(await http_request.text()))
        if body is None:
            return answered({"ok": False, "error": "Send a JSON object."}, status=400)
        try:
            return answered(await act(str(body.get("as", "")), body))
        except PersonRefused as refusal:
            return answered({"ok": False, "error": str(refusal)})

    return handle


async def events_of(listener: Listener) -> AsyncIterator[bytes]:
    """What the listener hears as Server-Sent Events, with a heartbeat in long silences; ends when Slack does."""
    while True:
        try:
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                change = await listener.next()
        except TimeoutError:
            yield b": still here\n\n"
            continue
        if change is None:
            return
        yield f"data: {dumped(change.as_json())}\n\n".encode()


def answered(body: Json, *, status: int = 200) -> web.Response:
    """JSON that no browser keeps."""
    return web.json_response(body, status=status, dumps=dumped, headers={"Cache-Control": "no-store"})

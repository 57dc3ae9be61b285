"""The receiving end of `response_url`."""

from aiohttp import web

from bot.localslack.conversations import Conversation
from bot.localslack.errors import SlackError
from bot.localslack.json_value import dumped
from bot.localslack.message import Message
from bot.localslack.response_urls import ResponseUrl
from bot.localslack.switches import Switch
from bot.localslack.web_api.arguments import Arguments, read_arguments
from bot.localslack.web_api.chat import bot_message, thread_of
from bot.localslack.web_api.content import message_content, message_metadata
from bot.localslack.world import World

GONE = {"invalid_url", "expired_url", "used_url"}


class ResponseEndpoint:
    """`/response/…`: answers an interaction without a token."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def handle(self, http_request: web.Request) -> web.Response:
        """One use of a response_url."""
        call = self._world.wire.begin("response_url")
        await self._world.faults.wait_while_slow()
        if self._world.faults.is_on(Switch.DOWN):
            self._world.wire.end(call, "503")
            return web.Response(status=503)
        try:
            arguments = await read_arguments(http_request)
            call.arguments = arguments.values
            origin = self._world.response_urls.use(http_request.match_info["secret"])
            self._respond(origin, arguments)
        except SlackError as refusal:
            self._world.wire.end(call, refusal.code)
            status = 404 if refusal.code in GONE else 400
            return web.json_response(refusal.as_json(), status=status, dumps=dumped)
        self._world.wire.end(call, "ok")
        return web.json_response({"ok": True}, dumps=dumped)

    def _respond(self, origin: ResponseUrl, arguments: Arguments) -> None:
        conversation = self._world.conversations.require(origin.channel_id)
        original = self._original(origin, conversation)
        if arguments.flag("delete_original"):
            if original is not None:
                self._world.conversations.remove(original)
            return
        content = message_content(arguments)
        if arguments.flag("replace_original") and original is not None:
            original.text, original.blocks, original.attachments = (
                content.text,
                content.blocks,
                content.attachments,
            )
            self._world.conversations.changed(original)
            return
        message = bot_message(self._world, conversation, content)
        message.thread_ts = thread_of(conversation, arguments.text("thread_ts"))
        if arguments.text("response_type") == "in_channel":
            message.metadata = message_metadata(arguments)
            self._world.conversations.add(message)
        else:
            message.only_for = origin.user_id
            self._world.conversations.add_ephemeral(message)

    def _original(self, origin: ResponseUrl, conversation: Conversation) -> Message | None:
        if origin.message_ts is None:
            return None
        if origin.is_ephemeral:
            return self._world.conversations.ephemeral(origin.user_id, origin.message_ts)
        return conversation.message(origin.message_ts)

"""Slash commands: from the typed line to the payload, and from the app's answer to what is seen."""

from bot.localslack import payloads
from bot.localslack.conversations import Conversation
from bot.localslack.delivery import Receipt
from bot.localslack.errors import PersonRefused, SlackError
from bot.localslack.json_value import Json, as_object, unpacked
from bot.localslack.message import Message
from bot.localslack.submission import Answer
from bot.localslack.typing_in import escaped, with_references
from bot.localslack.web_api.arguments import Arguments
from bot.localslack.web_api.chat import bot_message
from bot.localslack.web_api.content import message_content
from bot.localslack.workspace import SLACKBOT, Person
from bot.localslack.world import World

UNKNOWN = (
    "{command} is not a valid command. In Slack, all messages that start with the “/” character are interpreted as "
    "commands. If you are trying to send a message and not run a command, try preceding the “/” with an empty space."
)
FAILED = "{command} failed with the error “{error}”"
IN_A_THREAD = "{command} is not supported in threads. Sorry!"
NOT_UNDERSTOOD = "invalid_command_response"


def is_command(text: str) -> bool:
    """Whether Slack takes a typed line for a command, whoever knows it."""
    return text.startswith("/") and not text.startswith("//")


def command_payload(world: World, person: Person, conversation: Conversation, line: str) -> Json:
    """What the app gets for a typed line. Raises PersonRefused when it declared no such command."""
    name, _, words = line.strip().partition(" ")
    command = world.workspace.command(name)
    if command is None or person.is_external:
        raise PersonRefused(UNKNOWN.format(command=name))
    text = escaped(words.strip())
    if command.should_escape:
        text = with_references(world.workspace, text)
    return payloads.slash_command(world, person.id, conversation, command.name, text)


def follow_command(world: World, payload: Json, receipt: Receipt, *, typed: str) -> Answer:
    """Show what the app answered at once, or that the command failed."""
    if receipt.problem:
        return _failed(world, payload, error_of(receipt))
    if not receipt.body.strip():
        return Answer(ok=True)
    said = as_object(unpacked(receipt.body)) or {"text": receipt.body}
    try:
        _show(world, payload, Arguments(said), typed=typed)
    except SlackError as refusal:
        return _failed(world, payload, NOT_UNDERSTOOD, reason=f"{refusal.code} {' '.join(refusal.places)}".strip())
    return Answer(ok=True)


def error_of(receipt: Receipt) -> str:
    """Slack's word for what went wrong with a command."""
    if receipt.reason in ("http_timeout", "timeout"):
        return "operation_timeout"
    if receipt.status is None:
        return "dispatch_failed"
    return "http_client_error" if receipt.status < 500 else "http_service_error"


def _show(world: World, payload: Json, said: Arguments, *, typed: str) -> None:
    """A message for the person alone, or for all of the channel, who then see the command too."""
    conversation = world.conversations.require(payload["channel_id"])
    is_for_all = said.text("response_type") == "in_channel"
    has_words = any(name in said for name in ("text", "blocks", "attachments"))
    message = bot_message(world, conversation, message_content(said)) if has_words or not is_for_all else None
    if is_for_all:
        ts = world.conversations.next_ts()
        world.conversations.add(Message(ts, conversation.id, payload["user_id"], escaped(typed)))
    if message is None:
        return
    if is_for_all:
        message.ts = world.conversations.next_ts()
        world.conversations.add(message)
    else:
        message.only_for = payload["user_id"]
        world.conversations.add_ephemeral(message)


def _failed(world: World, payload: Json, error: str, *, reason: str | None = None) -> Answer:
    sentence = FAILED.format(command=payload["command"], error=error)
    ts = world.conversations.next_ts()
    word = Message(ts, payload["channel_id"], SLACKBOT, sentence, only_for=payload["user_id"])
    world.conversations.add_ephemeral(word)
    if reason:
        world.wire.end(world.wire.begin(f"{payload['command']} answer"), reason)
    return Answer(ok=False, error=sentence, reason=reason)

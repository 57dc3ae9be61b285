"""What a message says: text, blocks, attachments and metadata, checked as Slack checks them."""

from dataclasses import dataclass, field

from bot.localslack.blockkit.limits import LIMITS
from bot.localslack.blockkit.surfaces import message_blocks
from bot.localslack.errors import SlackError
from bot.localslack.json_value import Json, as_list, as_object, unpacked
from bot.localslack.web_api.arguments import Arguments


@dataclass(frozen=True, slots=True)
class Content:
    """The parts of a message that its author writes."""

    text: str
    blocks: list[Json] = field(default_factory=list[Json])
    attachments: list[Json] = field(default_factory=list[Json])
    was_cut: bool = False

    @property
    def warning(self) -> Json:
        """What Slack adds to the answer when it cut the text; empty otherwise."""
        if not self.was_cut:
            return {}
        return {
            "warning": "message_truncated",
            "response_metadata": {"warnings": ["message_truncated"]},
        }


def message_content(arguments: Arguments) -> Content:
    """The content of a call. Raises `no_text`, `invalid_blocks`, `invalid_attachments` and their like."""
    text = arguments.text("text")
    blocks = message_blocks(arguments.raw("blocks")) if _is_given(arguments, "blocks") else []
    attachments = _attachments(arguments.raw("attachments")) if _is_given(arguments, "attachments") else []
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    longest = LIMITS["message.text"]
    return Content(text[:longest], blocks, attachments, was_cut=len(text) > longest)


def _is_given(arguments: Arguments, name: str) -> bool:
    return name in arguments and arguments.raw(name) != ""


def _attachments(raw: object) -> list[Json]:
    found = as_list(unpacked(raw))
    if found is None or any(as_object(each) is None for each in found):
        raise SlackError("invalid_attachments")
    if len(found) > LIMITS["message.attachments"]:
        raise SlackError("too_many_attachments")
    return found


def message_metadata(arguments: Arguments) -> Json | None:
    """The metadata of a call; None when there is none. Raises `invalid_metadata_format` or `_schema`."""
    if not _is_given(arguments, "metadata"):
        return None
    found = as_object(unpacked(arguments.raw("metadata")))
    if found is None:
        raise SlackError("invalid_metadata_format")
    if not found:
        return None
    event_type, payload = found.get("event_type"), as_object(found.get("event_payload"))
    if not isinstance(event_type, str) or not event_type or payload is None:
        raise SlackError("invalid_metadata_schema")
    if found.keys() - {"event_type", "event_payload", "entities"}:
        raise SlackError("invalid_metadata_schema")
    return found

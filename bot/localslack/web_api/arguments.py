"""The arguments of a Web API call, however they were sent."""

from typing import Any

from aiohttp import web

from bot.localslack.errors import SlackError, missing
from bot.localslack.json_value import Json, as_list, as_object, unpacked

TRUE_WORDS = {"1", "true", "True", "yes"}


class Arguments:
    """Named values; in forms everything is text, in JSON it has its type. Both read the same."""

    def __init__(self, values: Json) -> None:
        self.values = values

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def raw(self, name: str) -> Any:
        """What was sent, or None."""
        return self.values.get(name)

    def text(self, name: str, default: str = "") -> str:
        """The value as text."""
        value = self.values.get(name)
        return default if value is None else str(value)

    def required(self, name: str) -> str:
        """The value as text; raises `invalid_arguments` when it is missing or empty."""
        value = self.text(name)
        if not value:
            raise missing(name)
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """The value as yes or no."""
        value = self.values.get(name)
        return default if value is None else value is True or str(value) in TRUE_WORDS

    def limit(self, default: int, most: int) -> int:
        """The `limit` of a page of results. Raises `invalid_limit`."""
        text = self.text("limit", str(default))
        if not text.isdigit() or not 0 <= int(text) <= most:
            raise SlackError("invalid_limit")
        return int(text) or default

    def ids(self, name: str) -> list[str]:
        """Ids sent as a comma-separated text or as an array."""
        parts: list[object] = as_list(self.values.get(name)) or [*self.text(name).split(",")]
        return [str(part).strip() for part in parts if str(part).strip()]


async def read_arguments(http_request: web.Request) -> Arguments:
    """Query, form fields or a JSON object, as Slack takes them. Raises SlackError for what it does not."""
    values: Json = dict(http_request.query)
    if http_request.content_type == "application/json":
        body = await text_of(http_request)
        if body.strip():
            parsed = unpacked(body)
            if parsed is None:
                raise SlackError("invalid_json")
            found = as_object(parsed)
            if found is None:
                raise SlackError("json_not_object")
            values |= found
    elif http_request.content_type in (
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ):
        form = await http_request.post()
        values |= {name: value for name, value in form.items() if isinstance(value, str)}
    elif http_request.can_read_body:
        raise SlackError("invalid_post_type")
    return Arguments(values)


async def text_of(http_request: web.Request) -> str:
    """The body as text. Raises SlackError `invalid_charset`."""
    try:
        return await http_request.text()
    except (UnicodeDecodeError, LookupError):
        raise SlackError("invalid_charset") from None

"""What an agent wants people to see some time: told in the daily digest of its channel."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from sayso.protocol import limits
from sayso.protocol.directives import Carrying
from sayso.protocol.shape import Asked, Id, Text, UtcTime

_KIND = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?")


def _word(kind: str) -> str:
    if len(kind) > limits.ALERT_KIND_CHARACTERS or not _KIND.fullmatch(kind):
        raise ValueError(
            f"must be a word of at most {limits.ALERT_KIND_CHARACTERS} small letters or digits, such as cost or no-note"
        )
    return kind


def _some(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


AlertKind = Annotated[str, AfterValidator(_word)]


class RaiseAlert(Asked):
    """The body of `POST /v1/alerts`: something of low priority that people should see."""

    kind: AlertKind = Field(description="What sort it is, in one word: alerts of one kind are told together.")
    text: Annotated[Text, Field(max_length=limits.ALERT_CHARACTERS), AfterValidator(_some)] = Field(
        description="In a line: what happened, with its numbers."
    )
    session_id: Id | None = Field(default=None, description="The session it is about.")


class Alert(Carrying):
    """An alert as it is kept until a digest tells it."""

    id: str
    kind: str
    text: str
    session_id: str | None = None
    raised_at: UtcTime

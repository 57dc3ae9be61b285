"""What the server posts to an agent's address."""

from typing import Literal

from pydantic import Field

from sayso.protocol.answering import CallbackEntry
from sayso.protocol.shape import Answered, UtcTime


class Webhook(Answered):
    """The body of a webhook. Its `webhook-id` is the entry's id: what comes twice comes under the same one."""

    type: Literal["decision.made", "directive.issued"] | str
    timestamp: UtcTime = Field(description="When it was decided, or said.")
    data: CallbackEntry = Field(description="The very entry of `GET /v1/callbacks`, as it stands when it is sent.")

"""What a slash command leads to: who answers which verb, and what is said."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.slack.desk import Desk
from bot.slack.payloads import Command
from bot.slack.render.objects import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The answer to a command: private, unless it concerns everybody in the channel."""

    message: Message
    is_public: bool = False


CommandHandler = Callable[[Desk, Command], Awaitable[Said | None]]
"""Does what the command asks, durably, and says what came of it; None where a form has said it.

May raise any DomainError: the person is told it in the words of render/refusals. When it takes longer than Slack waits,
the command is acknowledged meanwhile and the answer follows.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandBook:
    """The verbs of one command. Without a verb `default` is meant; a verb that nobody knows is answered by help."""

    handlers: Mapping[str, CommandHandler]
    default: str

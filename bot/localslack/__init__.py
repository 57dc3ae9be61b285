"""A Slack in a box: stands alone, imports nothing else of the bot."""

from bot.localslack.courier import Delivery, Receipt, SignedRequest
from bot.localslack.errors import PersonRefused, SlackError
from bot.localslack.message import Message
from bot.localslack.server import LocalSlack
from bot.localslack.submission import Answer
from bot.localslack.views import View
from bot.localslack.workspace import (
    Channel,
    Group,
    Person,
    Workspace,
    standard_workspace,
)

__all__ = [
    "Answer",
    "Channel",
    "Delivery",
    "Group",
    "LocalSlack",
    "Message",
    "Person",
    "PersonRefused",
    "Receipt",
    "SignedRequest",
    "SlackError",
    "View",
    "Workspace",
    "standard_workspace",
]

"""People's tools in a terminal, on the public client: `sayso review` and `sayso session`.

Whatever agents wrote is data here: it is shown without anything that a terminal could take for an order.
"""

from bot.terminal.command_line import add_tools
from bot.terminal.exits import Exit, exit_of
from bot.terminal.naming import NotOne
from bot.terminal.screen import Command, Screen, editor, plain_console
from bot.terminal.scripted import NotSure
from bot.terminal.text import Watch, as_json

__all__ = [
    "Command",
    "Exit",
    "NotOne",
    "NotSure",
    "Screen",
    "Watch",
    "add_tools",
    "as_json",
    "editor",
    "exit_of",
    "plain_console",
]

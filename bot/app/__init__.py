"""The composition root: the only room that builds real things and joins them."""

from bot.app.commands import check_policy, migrate_database, serve, with_agents, with_tokens
from bot.app.practice import DEMO_NOTICE, demo, demo_running, practice_running
from bot.app.server import CannotStart, Server
from bot.app.tools import run_tool
from bot.store.trouble import CannotOpen

__all__ = [
    "DEMO_NOTICE",
    "CannotOpen",
    "CannotStart",
    "Server",
    "check_policy",
    "demo",
    "demo_running",
    "migrate_database",
    "practice_running",
    "run_tool",
    "serve",
    "with_agents",
    "with_tokens",
]

"""The composition root: the only room that builds real things and joins them."""

from bot.app.backup import BackupFailed, backup_database
from bot.app.callbacks import change_address
from bot.app.commands import check_policy, migrate_database, serve, with_addresses, with_agents, with_tokens
from bot.app.doctor import Wishes, visit
from bot.app.erasing import erase_person
from bot.app.init import NotWritten, ask_missing, write_files
from bot.app.practice import DEMO_NOTICE, demo, demo_running, practice_running
from bot.app.server import CannotStart, Server
from bot.app.tools import run_tool
from bot.services.manage_addresses import ManageAddresses
from bot.store.trouble import CannotOpen

__all__ = [
    "DEMO_NOTICE",
    "BackupFailed",
    "CannotOpen",
    "CannotStart",
    "ManageAddresses",
    "NotWritten",
    "Server",
    "Wishes",
    "ask_missing",
    "backup_database",
    "change_address",
    "check_policy",
    "demo",
    "demo_running",
    "erase_person",
    "migrate_database",
    "practice_running",
    "run_tool",
    "serve",
    "visit",
    "with_addresses",
    "with_agents",
    "with_tokens",
    "write_files",
]

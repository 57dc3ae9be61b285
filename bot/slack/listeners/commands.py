"""Slash commands. What a command does is committed before it is acknowledged, and the answer travels in that."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import partial
from typing import Any, cast

from slack_bolt.app.async_app import AsyncApp

from bot.domain.errors import DomainError
from bot.slack.commands import CommandBook, CommandHandler, Said
from bot.slack.desk import Desk
from bot.slack.listeners import agent_commands, approvals_commands
from bot.slack.payloads import Command, parse_command, place_of
from bot.slack.pending import Ack, Body, Listener
from bot.slack.render.help import help_message, unknown_verb_message
from bot.slack.render.refusals import refusal_message

HELP = "help"
_ANY = re.compile(".*")


async def on_help(desk: Desk, command: Command) -> Said | None:
    return Said(message=help_message())


BOOKS: Mapping[str, CommandBook] = {
    "/agent": CommandBook(default=HELP, handlers={HELP: on_help, **agent_commands.HANDLERS}),
    "/approvals": CommandBook(default="inbox", handlers={HELP: on_help, **approvals_commands.HANDLERS}),
}


def register(bolt_app: AsyncApp, desk: Desk) -> None:
    """Every command of BOOKS, and help for one that the Slack app has and this version does not."""
    for name, book in BOOKS.items():
        cast(Any, bolt_app).command(name)(listener(desk, book))
    cast(Any, bolt_app).command(_ANY)(listener(desk, CommandBook(default=HELP, handlers={HELP: on_help})))


def listener(desk: Desk, book: CommandBook) -> Listener:
    """What Bolt calls for a command: finds the verb's handler and answers in time, or afterwards."""

    async def listen(ack: Ack, body: Body) -> None:
        try:
            command = parse_command(body)
        except DomainError as refusal:
            await ack()
            await desk.refuse(place_of(body), refusal)
        else:
            await _answered(desk, command, ack, _handler(book, command))

    return desk.pending.tracked(listen)


def _handler(book: CommandBook, command: Command) -> CommandHandler:
    verb = command.verb or book.default
    return book.handlers.get(verb) or partial(_on_unknown_verb, book)


async def _on_unknown_verb(book: CommandBook, desk: Desk, command: Command) -> Said | None:
    """A near miss is offered, never obeyed."""
    near = get_close_matches(command.verb, book.handlers, n=1)
    return Said(message=unknown_verb_message(command.name, command.verb, near[0] if near else None))


async def _answered(desk: Desk, command: Command, ack: Ack, handle: CommandHandler) -> None:
    """The answer travels in the acknowledgement; when it takes too long, it follows."""
    task = await desk.in_time(_said(desk, command, handle))
    if task.done():
        await ack(**_reply(await task))
        return
    await ack()
    said = await task
    if said is not None:
        await desk.answers.tell(command.place, said.message, is_public=said.is_public)


async def _said(desk: Desk, command: Command, handle: CommandHandler) -> Said | None:
    try:
        return await handle(desk, command)
    except DomainError as refusal:
        desk.telemetry.count("commands_refused", refusal=type(refusal).__name__)
        return Said(message=refusal_message(refusal, now=desk.now(), is_command=True))


def _reply(said: Said | None) -> dict[str, Any]:
    if said is None:
        return {}
    reply = {**said.message, "response_type": "in_channel" if said.is_public else "ephemeral"}
    return {name: value for name, value in reply.items() if value}

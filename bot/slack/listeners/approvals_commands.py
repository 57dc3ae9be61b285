"""`/approvals`: what waits for me, away and back."""

from collections.abc import Mapping
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.domain.errors import InvalidField
from bot.domain.people import Person
from bot.slack.away_words import NotUnderstood, read_away
from bot.slack.commands import CommandHandler, Said
from bot.slack.desk import Desk
from bot.slack.payloads import SURFACE, Command
from bot.slack.render.away import away_message, back_message, not_understood_message
from bot.slack.render.inbox import MOST_ROWS, inbox_message


async def on_inbox(desk: Desk, command: Command) -> Said:
    page = await desk.services.people.inbox(command.by, limit=MOST_ROWS)
    return Said(message=inbox_message(page.items, total=page.total, now=desk.now()))


async def on_away(desk: Desk, command: Command) -> Said:
    people = desk.services.people
    try:
        words = read_away(command.rest, now=desk.now(), zone=await _zone(desk, command))
        named = people.named.one(words.backup_slack_user_id)
        backup = Person(surface=SURFACE, id=named.id, name=named.name)
        away = await people.go_away(by=command.by, backup=backup, until=words.until)
    except NotUnderstood as problem:
        return Said(message=not_understood_message(str(problem), command.words))
    except InvalidField as refusal:
        sentence = refusal.problem[:1].upper() + refusal.problem[1:]
        return Said(message=not_understood_message(f"{sentence}.", command.words))
    return Said(message=away_message(away, backup, desk.now()))


async def on_back(desk: Desk, command: Command) -> Said:
    return Said(message=back_message(await desk.services.people.come_back(by=command.by)))


async def _zone(desk: Desk, command: Command) -> ZoneInfo:
    return await desk.zones.of(command.by.id)


HANDLERS: Mapping[str, CommandHandler] = MappingProxyType({"inbox": on_inbox, "away": on_away, "back": on_back})

"""What the page is told of the workspace, and of the trouble one can make in it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.localslack.json_value import Json
from bot.localslack.switches import Switch
from bot.localslack.workspace import Person, Workspace
from bot.localslack.world import World


def workspace_shown(workspace: Workspace) -> Json:
    """Who and what there is."""
    return {
        "name": workspace.name,
        "notice": workspace.notice,
        "people": [_person_shown(person) for person in workspace.people],
        "channels": [{"id": each.id, "name": each.name, "members": each.members} for each in workspace.channels],
        "groups": [
            {
                "id": each.id,
                "handle": each.handle,
                "name": each.name,
                "members": each.members,
            }
            for each in workspace.groups
        ],
        "bot": {
            "user_id": workspace.bot_user_id,
            "name": workspace.bot.real_name,
        },
        "commands": [
            {
                "name": each.name,
                "description": each.description,
                "usage_hint": each.usage_hint,
            }
            for each in workspace.commands
        ],
        "has_home": workspace.has_home,
    }


def _person_shown(person: Person) -> Json:
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "is_bot": person.is_bot,
        "deleted": person.deleted,
        "is_guest": person.is_guest or person.is_single_channel_guest,
        "team": (person.team_name or person.team_id) if person.is_external else None,
    }


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Trouble that happens once, at the press of a button."""

    says: str
    act: Callable[[World], Awaitable[None]]


async def _drop_sockets(world: World) -> None:
    world.sockets.drop()


async def _refresh_sockets(world: World) -> None:
    await world.sockets.refresh()


AT_ONCE: Mapping[str, AtOnce] = {
    "drop_sockets": AtOnce("Cut all sockets off now", _drop_sockets),
    "refresh_sockets": AtOnce("Ask for new sockets now", _refresh_sockets),
}


def panel_shown(world: World) -> Json:
    """The switches, what can be done at once, and what tests have planned."""
    faults, sockets = world.faults, world.sockets
    planned = [str(fault) for fault in faults]
    return {
        "switches": [
            {"name": each.name.lower(), "says": each.value, "on": faults.is_on(each)}
            for each in Switch
            if each is not Switch.SOCKETS_REFUSED or sockets.is_enabled
        ],
        "at_once": [{"name": name, "says": each.says} for name, each in AT_ONCE.items() if sockets.is_enabled],
        "planned": planned,
        "on": len(faults.switched_on) + len(planned),
        "is_down": faults.is_on(Switch.DOWN),
        "sockets": sockets.count if sockets.is_enabled else None,
    }

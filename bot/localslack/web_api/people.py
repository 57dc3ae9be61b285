"""`auth.test`, `users.*` and `usergroups.*`: who is who."""

from collections.abc import Mapping

from bot.localslack.errors import SlackError, missing
from bot.localslack.json_value import Json
from bot.localslack.web_api.arguments import Arguments
from bot.localslack.web_api.conversations import page_of
from bot.localslack.web_api.method import Method
from bot.localslack.workspace import Group, Person
from bot.localslack.world import World


def api_test(world: World, arguments: Arguments) -> Json:
    """`api.test`."""
    if "error" in arguments:
        return {"ok": False, "error": arguments.text("error"), "args": arguments.values}
    return {
        "ok": True,
        "args": {name: value for name, value in arguments.values.items() if name != "token"},
    }


def auth_test(world: World, arguments: Arguments) -> Json:
    """`auth.test`."""
    workspace = world.workspace
    return {
        "ok": True,
        "url": f"{world.base_url}/",
        "team": workspace.name,
        "team_id": workspace.id,
        "user": workspace.bot.name,
        "user_id": workspace.bot_user_id,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


def described(world: World, person: Person) -> Json:
    """The user object of Slack's API. Of somebody who has left little remains."""
    team_id = world.workspace.team_of(person.id)
    shown: Json = {
        "id": person.id,
        "team_id": team_id,
        "name": person.name,
        "deleted": person.deleted,
        "profile": {
            "real_name": person.real_name,
            "real_name_normalized": person.real_name,
            "display_name": person.name,
            "display_name_normalized": person.name,
            "team": team_id,
        },
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 1700000000,
    }
    if not person.deleted:
        shown |= _of_somebody_here(person)
    if person.is_external:
        shown["is_stranger"] = not _shares_a_channel_with_the_bot(world, person)
    if person.id == world.workspace.bot_user_id:
        shown["profile"] |= {
            "bot_id": world.workspace.bot_id,
            "api_app_id": world.workspace.app_id,
        }
    return shown


def _of_somebody_here(person: Person) -> Json:
    return {
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": 0,
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.is_guest or person.is_single_channel_guest,
        "is_ultra_restricted": person.is_single_channel_guest,
    }


def _shares_a_channel_with_the_bot(world: World, person: Person) -> bool:
    both = {person.id, world.workspace.bot_user_id}
    return any(both <= set(channel.members) for channel in world.workspace.channels)


def users_info(world: World, arguments: Arguments) -> Json:
    """`users.info`."""
    person = world.workspace.person(arguments.text("user"))
    if person is None:
        raise SlackError("user_not_found")
    return {"ok": True, "user": described(world, person)}


def users_list(world: World, arguments: Arguments) -> Json:
    """`users.list`."""
    page, cursor = page_of(world.workspace.people, arguments, arguments.limit(1000, 1000))
    shown = [described(world, person) for person in page]
    return {
        "ok": True,
        "members": shown,
        "cache_ts": int(world.clock()),
        "response_metadata": {"next_cursor": cursor},
    }


def require_groups(world: World) -> None:
    """Raises `plan_upgrade_required` when the workspace has no user groups."""
    if not world.workspace.has_groups:
        raise SlackError("plan_upgrade_required")


def described_group(world: World, group: Group, *, with_users: bool, with_count: bool) -> Json:
    """The user group object of Slack's API."""
    shown: Json = {
        "id": group.id,
        "team_id": world.workspace.id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": 1700000000,
        "date_update": 1700000000,
        "date_delete": 1700000001 if group.is_disabled else 0,
        "auto_type": None,
        "prefs": {"channels": [], "groups": []},
    }
    if with_users:
        shown["users"] = list(group.members)
    if with_count:
        shown["user_count"] = len(group.members)
    return shown


def usergroups_list(world: World, arguments: Arguments) -> Json:
    """`usergroups.list`."""
    require_groups(world)
    shown = [
        described_group(
            world,
            group,
            with_users=arguments.flag("include_users"),
            with_count=arguments.flag("include_count"),
        )
        for group in world.workspace.groups
        if not group.is_disabled or arguments.flag("include_disabled")
    ]
    return {"ok": True, "usergroups": shown}


def usergroups_users_list(world: World, arguments: Arguments) -> Json:
    """`usergroups.users.list`."""
    require_groups(world)
    if "usergroup" not in arguments:
        raise missing("usergroup")
    group = world.workspace.group(arguments.text("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    if group.is_disabled and not arguments.flag("include_disabled"):
        raise SlackError("subteam_disabled")
    return {"ok": True, "users": list(group.members)}


PEOPLE_METHODS: Mapping[str, Method] = {
    "api.test": Method(api_test, (), caller="anybody"),
    "auth.test": Method(auth_test, ()),
    "users.info": Method(users_info, ("users:read",)),
    "users.list": Method(users_list, ("users:read",)),
    "usergroups.list": Method(usergroups_list, ("usergroups:read",)),
    "usergroups.users.list": Method(usergroups_users_list, ("usergroups:read",)),
}

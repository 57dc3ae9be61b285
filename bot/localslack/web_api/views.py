"""`views.*`: modals."""

from collections.abc import Mapping

from bot.localslack.blockkit.surfaces import view_content
from bot.localslack.errors import SlackError, missing
from bot.localslack.json_value import Json
from bot.localslack.views import Trigger, View
from bot.localslack.web_api.arguments import Arguments
from bot.localslack.web_api.method import Method
from bot.localslack.world import World


def answer(world: World, view: View) -> Json:
    """What every method of this family answers."""
    return {"ok": True, "view": view.as_slack(world.workspace)}


def content_of(arguments: Arguments) -> Json:
    """The checked `view` argument."""
    if "view" not in arguments:
        raise missing("view")
    return view_content(arguments.raw("view"))


def trigger_of(world: World, arguments: Arguments) -> Trigger:
    """The trigger of the call, used up by it."""
    trigger_id = arguments.text("trigger_id")
    if not trigger_id:
        raise missing("trigger_id")
    return world.triggers.redeem(trigger_id)


def open_(world: World, arguments: Arguments) -> Json:
    """`views.open`."""
    content = content_of(arguments)
    return answer(world, world.views.open(trigger_of(world, arguments).user_id, content))


def push(world: World, arguments: Arguments) -> Json:
    """`views.push`."""
    content = content_of(arguments)
    return answer(world, world.views.push(trigger_of(world, arguments).user_id, content))


def update(world: World, arguments: Arguments) -> Json:
    """`views.update`."""
    content = content_of(arguments)
    view_id, external_id = arguments.text("view_id"), arguments.text("external_id")
    if view_id and external_id:
        raise SlackError(
            "invalid_arguments",
            places=["Cannot provide both `view_id` and `external_id`"],
        )
    if not view_id and not external_id:
        raise SlackError(
            "invalid_arguments",
            places=["Must provide either `view_id` or `external_id`"],
        )
    view = world.views.find(view_id) if view_id else world.views.named(external_id)
    if view is None:
        raise SlackError("not_found")
    return answer(
        world,
        world.views.update(view, content, seen_hash=arguments.text("hash") or None),
    )


VIEW_METHODS: Mapping[str, Method] = {
    "views.open": Method(open_, ()),
    "views.push": Method(push, ()),
    "views.update": Method(update, ()),
}

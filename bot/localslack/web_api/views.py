"""`views.*`: modals and Home."""

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


def content_of(arguments: Arguments, *, surface: str = "modal") -> Json:
    """The checked `view` argument."""
    if "view" not in arguments:
        raise missing("view")
    return view_content(arguments.raw("view"), surface=surface)


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


def publish(world: World, arguments: Arguments) -> Json:
    """`views.publish`: what one person's Home shows."""
    user_id = arguments.required("user_id")
    content = content_of(arguments, surface="home")
    person = world.workspace.person(user_id)
    if person is None or person.deleted or person.is_bot or person.is_external:
        raise SlackError("invalid_arguments", places=["invalid `user_id`"])
    if not world.workspace.has_home:
        raise SlackError("not_enabled")
    return answer(world, world.views.publish(user_id, content, seen_hash=arguments.text("hash") or None))


def update(world: World, arguments: Arguments) -> Json:
    """`views.update`: an open modal, or a Home."""
    if "view" not in arguments:
        raise missing("view")
    view = named(world, arguments)
    content = content_of(arguments, surface=view.content["type"] if view else "modal")
    if view is None:
        raise SlackError("not_found")
    return answer(
        world,
        world.views.update(view, content, seen_hash=arguments.text("hash") or None),
    )


def named(world: World, arguments: Arguments) -> View | None:
    """The view a call names by its id or by the app's own name for it; None when there is none."""
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
    return world.views.find(view_id) if view_id else world.views.named(external_id)


VIEW_METHODS: Mapping[str, Method] = {
    "views.open": Method(open_, ()),
    "views.publish": Method(publish, ()),
    "views.push": Method(push, ()),
    "views.update": Method(update, ()),
}

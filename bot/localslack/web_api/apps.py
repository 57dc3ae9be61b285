"""`apps.*`: what an app does with its own token."""

from collections.abc import Mapping

from bot.localslack.json_value import Json
from bot.localslack.web_api.arguments import Arguments
from bot.localslack.web_api.method import Method
from bot.localslack.world import World


def connections_open(world: World, arguments: Arguments) -> Json:
    """`apps.connections.open`: an address for one WebSocket."""
    return {"ok": True, "url": world.sockets.address(world.base_url)}


APP_METHODS: Mapping[str, Method] = {
    "apps.connections.open": Method(connections_open, (), caller="app"),
}

"""A row of the table of Web API methods."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.localslack.json_value import Json
from bot.localslack.web_api.arguments import Arguments
from bot.localslack.world import World


@dataclass(frozen=True, slots=True)
class Method:
    """What a method does, who may call it, and which scopes allow it: any one is enough, none means none is asked."""

    run: Callable[[World, Arguments], Json]
    scopes: tuple[str, ...]
    caller: Literal["bot", "app", "anybody"] = "bot"

"""Everything Slack knows at one moment, in one place, so that its methods and gestures are plain functions of it."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.localslack.changes import Change, Changes
from bot.localslack.conversations import Conversations, TimestampMint
from bot.localslack.faults import Faults
from bot.localslack.pacing import Pacing
from bot.localslack.response_urls import ResponseUrls
from bot.localslack.sockets import Sockets
from bot.localslack.switches import Switch
from bot.localslack.views import Triggers, Views
from bot.localslack.wire import Wire
from bot.localslack.workspace import Workspace


@dataclass(slots=True)
class World:
    """The parts of Slack. `base_url` is set once the server listens."""

    workspace: Workspace
    bot_token: str
    app_token: str
    clock: Callable[[], float]
    changes: Changes
    conversations: Conversations
    views: Views
    triggers: Triggers
    response_urls: ResponseUrls
    faults: Faults
    pacing: Pacing
    wire: Wire
    sockets: Sockets
    base_url: str = ""


def new_world(workspace: Workspace, bot_token: str, app_token: str, clock: Callable[[], float]) -> World:
    """An empty Slack: people and channels, and not a word said."""
    changes = Changes()
    conversations = Conversations(workspace, changes, TimestampMint(clock))
    wire, faults = Wire(clock, changes.wake), Faults()
    sockets = Sockets(workspace.app_id, clock, faults, wire)

    def switched(switch: Switch) -> None:
        if switch is Switch.DOWN and faults.is_on(switch):
            sockets.drop()
        changes.announce(Change("faults"), to=[person.id for person in workspace.people])

    faults.on_switch = switched
    return World(
        workspace=workspace,
        bot_token=bot_token,
        app_token=app_token,
        clock=clock,
        changes=changes,
        conversations=conversations,
        views=Views(changes, conversations.next_ts),
        triggers=Triggers(clock),
        response_urls=ResponseUrls(clock),
        faults=faults,
        pacing=Pacing(clock),
        wire=wire,
        sockets=sockets,
    )

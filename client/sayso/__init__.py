"""Ask people before an AI agent acts.

    async with Sayso(url, key) as sayso:
        decided = await sayso.ask("delete_files", {"pattern": "old/*"}, reason="They are unused")

`Sayso` is asynchronous, `SaysoSync` its blocking twin; `gate` on either asks before a function runs.
Every error is in `sayso.errors`, with the sentence for the model; every body of the wire in `sayso.protocol`.
"""

from sayso.aio import Sayso
from sayso.blocking import SaysoSync
from sayso.decided import Decided
from sayso.errors import (
    ActionReplaced,
    AlreadyClaimed,
    AnsweredInstead,
    ArgumentsUnusable,
    Denied,
    Expired,
    NotAllowed,
    NotUnderstood,
    Refused,
    Removed,
    SaysoError,
    SessionStopped,
    Superseded,
    TakenOver,
    Undecided,
    Unreachable,
    Withdrawn,
)
from sayso.protocol import Impact, Option, SteerAim
from sayso.session import AgentSession
from sayso.session_sync import AgentSessionSync
from sayso.steering import Steer, Undo
from sayso.version import __version__

__all__ = [
    "ActionReplaced",
    "AgentSession",
    "AgentSessionSync",
    "AlreadyClaimed",
    "AnsweredInstead",
    "ArgumentsUnusable",
    "Decided",
    "Denied",
    "Expired",
    "Impact",
    "NotAllowed",
    "NotUnderstood",
    "Option",
    "Refused",
    "Removed",
    "Sayso",
    "SaysoError",
    "SaysoSync",
    "SessionStopped",
    "Steer",
    "SteerAim",
    "Superseded",
    "TakenOver",
    "Undecided",
    "Undo",
    "Unreachable",
    "Withdrawn",
    "__version__",
]

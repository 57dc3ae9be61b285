"""What people say to a running session, as the agent's code gets it."""

from dataclasses import dataclass
from typing import Self

from sayso.protocol import Directive, SteerAim

_SOMEBODY = "A person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Steer:
    """A person's word on how to go on. `aim` says whether the way (`step`) or the purpose (`goal`) was wrong."""

    id: str
    aim: SteerAim
    text: str
    by: str

    @classmethod
    def of(cls, directive: Directive) -> Self:
        is_goal = directive.aim == SteerAim.GOAL
        aim = SteerAim.GOAL if is_goal else SteerAim.STEP
        return cls(id=directive.id, aim=aim, text=directive.text or "", by=issuer_of(directive))

    @property
    def message_to_model(self) -> str:
        """What to tell the model."""
        if self.aim is SteerAim.GOAL:
            return (
                f"{self.by} changes what this run is for: {self.text}\n"
                "Drop your present plan, make a new one for this, and go on with it."
            )
        return f"{self.by} corrects how you go about it: {self.text}\nThe goal stays. Change your next steps to fit."


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """A person wants the action of this request undone, in the way that the agent promised with `undo`."""

    id: str
    session_id: str
    request_id: str
    text: str | None
    by: str

    @classmethod
    def of(cls, directive: Directive) -> Self:
        return cls(
            id=directive.id,
            session_id=directive.session_id,
            request_id=directive.request_id or "",
            text=directive.text,
            by=issuer_of(directive),
        )


def issuer_of(directive: Directive) -> str:
    """Who gave it, as people know them."""
    return directive.issued_by.name if directive.issued_by else _SOMEBODY

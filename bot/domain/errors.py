"""Every refusal of the domain and the services. Each edge words them for its reader.

DomainError
├── BadInput                    the caller said something that cannot be accepted
│   ├── BadJson                 a JSON trap, with the path of the value
│   ├── InvalidField            one field, and what was expected
│   ├── OptionForbidden         an option that policy never lets run
│   └── EditRefused             edited arguments, with a message per argument
├── NotFound                    no such object among the caller's own
├── Conflict
│   ├── IdempotencyConflict     the same key with another body
│   ├── ClaimTaken              somebody else runs this decision
│   ├── NotSupersedable         what was to be superseded is not open
│   ├── NothingToSend           the agent has that callback, or no address to send it to
│   ├── SessionOver             the session takes no more requests
│   └── TransitionRefused       an event the state machine does not know in this state
│       ├── AlreadyClosed       the request has its outcome
│       └── SessionRefuses      a directive that the session's state leaves no room for
├── ClickRefused                a person's word that changed nothing
│   ├── NotAReviewer · SelfApproval · StaleRevision · AlreadyVoted
│   ├── VerdictNotAllowed · ReasonMissing · NobodyLeftToAsk · NotSmall
│   ├── NothingToUndo · UndoneAlready · NoLongerKept
│   └── RequestClosed           too late: decided, expired, withdrawn, superseded, taken over
├── NotAMember                  a guest, somebody of another workspace, an account that is switched off
├── NotEntitled                 a full member, but this is for others to do
├── DirectoryUnavailable        who belongs to a group cannot be told now
│   └── StandingUnknown         whether somebody is a full member cannot be told now
└── LostRace                    somebody else changed the row first; the runner runs the function again
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the errors carry domain objects; at run time this module stands below all of them
    from bot.domain.directive import Directive, DirectiveKind
    from bot.domain.people import Person, Standing
    from bot.domain.request import ApprovalRequest
    from bot.domain.session import SessionState


class DomainError(Exception):
    """Base of all refusals."""


class BadInput(DomainError):
    pass


class BadJson(BadInput):
    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}" if path else problem)
        self.path, self.problem = path, problem


class InvalidField(BadInput):
    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


class OptionForbidden(BadInput):
    def __init__(self, place: int, label: str, why: str) -> None:
        super().__init__(f"options[{place}]: policy does not let it be offered here: {why}")
        self.field, self.label, self.why = f"options[{place}]", label, why


class EditRefused(BadInput):
    """`problems` maps an argument's name to a sentence; the name is empty where it concerns all of them."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {problem}" for name, problem in problems.items()))
        self.problems = problems


class NotFound(DomainError):
    def __init__(self, what: str, id: str) -> None:
        super().__init__(f"no {what} {id}")
        self.what, self.id = what, id


class Conflict(DomainError):
    pass


class IdempotencyConflict(Conflict):
    def __init__(
        self, key: str, id: str, *, remedy: str = "to change a request send a new key and `supersedes`"
    ) -> None:
        super().__init__(f"Idempotency-Key {key!r} was used for {id} with another body; {remedy}")
        self.key, self.id = key, id


class ClaimTaken(Conflict):
    def __init__(self, request_id: str, holder: str) -> None:
        super().__init__(f"the decision of {request_id} is already being executed by {holder!r}; do not run it")
        self.request_id, self.holder = request_id, holder


class NotSupersedable(Conflict):
    def __init__(self, request_id: str) -> None:
        super().__init__(f"supersedes: {request_id} is closed already; send the new request without it")
        self.request_id = request_id


class SessionOver(Conflict):
    def __init__(self, session_id: str, state: str) -> None:
        super().__init__(f"session_id: {session_id} is {state} and takes no more requests; start a new session")
        self.session_id, self.state = session_id, state


class NothingToSend(Conflict):
    """`why` is a sentence without its full stop: "shipper has got this already"."""

    def __init__(self, callback_id: str, why: str) -> None:
        super().__init__(why)
        self.callback_id, self.why = callback_id, why


class TransitionRefused(Conflict):
    def __init__(self, what: str, state: str, event: str) -> None:
        super().__init__(f"{what} is {state}: {event} is not possible any more")
        self.what, self.state, self.event = what, state, event


class AlreadyClosed(TransitionRefused):
    def __init__(self, request: "ApprovalRequest", event: str) -> None:
        super().__init__(request.id, f"closed ({request.outcome})", event)
        self.request = request


class SessionRefuses(TransitionRefused):
    """A person's word to a session that changed nothing: it is paused already, or over."""

    def __init__(self, session_id: str, agent_name: str, state: "SessionState", kind: "DirectiveKind") -> None:
        super().__init__(f"{agent_name} ({session_id})", state, kind)
        self.session_id, self.agent_name, self.kind = session_id, agent_name, kind
        self.session_state = state


class ClickRefused(DomainError):
    """A person's word that changed nothing. `request` is as it is now, for the sentence to say so."""

    def __init__(self, request: "ApprovalRequest", why: str) -> None:
        super().__init__(f"{request.id}: {why}")
        self.request = request


class NotAReviewer(ClickRefused):
    def __init__(self, request: "ApprovalRequest") -> None:
        super().__init__(request, "this person is not asked")


class SelfApproval(ClickRefused):
    def __init__(self, request: "ApprovalRequest") -> None:
        super().__init__(request, "the owner of the agent cannot decide")


class StaleRevision(ClickRefused):
    def __init__(self, request: "ApprovalRequest", revision: int) -> None:
        super().__init__(request, f"the card showed revision {revision}, now it is {request.revision}")
        self.revision = revision


class AlreadyVoted(ClickRefused):
    def __init__(self, request: "ApprovalRequest") -> None:
        super().__init__(request, "this person's word is counted already")


class VerdictNotAllowed(ClickRefused):
    def __init__(self, request: "ApprovalRequest", verdict: str) -> None:
        super().__init__(request, f"{verdict} is not among the decisions the agent can take")
        self.verdict = verdict


class ReasonMissing(ClickRefused):
    def __init__(self, request: "ApprovalRequest") -> None:
        super().__init__(request, "policy asks for a reason")


class NotSmall(ClickRefused):
    """What is approved from a list must be small: soft, to be undone, looked at by nobody."""

    def __init__(self, request: "ApprovalRequest") -> None:
        super().__init__(request, "it is not among those that can be approved from a list")


class NobodyLeftToAsk(ClickRefused):
    def __init__(self, request: "ApprovalRequest") -> None:
        super().__init__(request, "the last step of the ladder is already asked")


class RequestClosed(ClickRefused):
    """`is_own` when it was this person's own word that decided: a double click."""

    def __init__(self, request: "ApprovalRequest", by: "Person | None" = None) -> None:
        super().__init__(request, f"closed as {request.outcome}")
        decided_by = request.decision.decided_by if request.decision else ()
        self.is_own = by is not None and by.id in [person.id for person in decided_by]


class NothingToUndo(ClickRefused):
    """`why` is a sentence without its full stop: "nothing has run"."""

    def __init__(self, request: "ApprovalRequest", why: str) -> None:
        super().__init__(request, why)
        self.why = why


class NoLongerKept(ClickRefused):
    """What it would take was removed; `words` is a sentence that says so and when."""

    def __init__(self, request: "ApprovalRequest", words: str) -> None:
        super().__init__(request, words)
        self.words = words


class UndoneAlready(ClickRefused):
    """Somebody asked for it before; `directive` says who, when, and how far it got."""

    def __init__(self, request: "ApprovalRequest", directive: "Directive") -> None:
        super().__init__(request, f"{directive.issued_by.name} had it undone already")
        self.directive = directive


class NotAMember(DomainError):
    """Whoever is no full member of the workspace may do nothing here, even where a policy names them."""

    def __init__(self, person: "Person", standing: "Standing") -> None:
        super().__init__(f"{person.id} is no full member of this workspace ({standing})")
        self.person, self.standing = person, standing


class NotEntitled(DomainError):
    """`what` reads on from "you can't": "resume shipper"; `who_may` is a sentence without its full stop:
    "Chen owns it; operators can too".
    """

    def __init__(self, person: "Person", what: str, who_may: str) -> None:
        super().__init__(f"{person.id} may not {what}: {who_may}")
        self.person, self.what, self.who_may = person, what, who_may


class DirectoryUnavailable(DomainError):
    """Who is in a user group cannot be told now, so nobody can be taken for a member of it."""


class StandingUnknown(DirectoryUnavailable):
    """Whether somebody is a full member cannot be told now, so they cannot be taken for one."""


class LostRace(DomainError):
    def __init__(self, id: str) -> None:
        super().__init__(f"{id} was changed by somebody else in between")
        self.id = id

"""Everything that can keep an action from running.

    SaysoError                  .message_to_model
    ├── NotAllowed              the request is closed and nothing may run       .decided
    │   ├── Denied              a person or a policy said no
    │   ├── Expired             nobody decided in time; that is not a no
    │   ├── Withdrawn           the agent, or the end of its session, took the request back
    │   ├── Superseded          a newer request took its place
    │   ├── TakenOver           a person does it themselves
    │   └── AnsweredInstead     a person answered in words instead of letting it run
    ├── ActionReplaced          allowed, but another action than the gated one   .decided
    ├── ArgumentsUnusable       allowed, but with arguments the function cannot take   .decided
    ├── AlreadyClaimed          allowed, but another holder runs it              .approval_id
    ├── Removed                 decided long ago; its words are not kept         .approval
    ├── SessionStopped          people stopped the whole run                     .directive
    ├── Undecided               the caller's own timeout ended first             .approval
    ├── Refused                 the server will not take this request (4xx)      .problem
    ├── Unreachable             the server is away; nothing is known
    └── NotUnderstood           the server's answer makes no sense to this client

Whatever is raised, nothing ran. `str(error)` is the sentence for the model, so a framework that
hands exceptions to its model tells it the right thing.
"""

from sayso.decided import Decided
from sayso.protocol import Approval, Directive, Outcome, Problem, ProblemType
from sayso.steering import issuer_of


class SaysoError(Exception):
    """The root of the tree. `message_to_model` is what to tell the model, word for word."""

    def __init__(self, message_to_model: str) -> None:
        super().__init__(message_to_model)
        self.message_to_model = message_to_model


class NotAllowed(SaysoError):
    """The request is closed and nothing may run."""

    def __init__(self, decided: Decided) -> None:
        super().__init__(decided.message_to_model)
        self.decided = decided


class Denied(NotAllowed):
    """A person or a policy said no; `decided.decision.reason` says why."""


class Expired(NotAllowed):
    """Nobody decided in time. It is neither a yes nor a no."""


class Withdrawn(NotAllowed):
    """The agent, or the end of its session, took the request back."""


class Superseded(NotAllowed):
    """A newer request took its place."""


class TakenOver(NotAllowed):
    """A person does it themselves."""


class AnsweredInstead(NotAllowed):
    """A person answered in words (`decided.text`) instead of letting the action run."""


class ActionReplaced(SaysoError):
    """A person chose another action than the one that was asked for.

    The claim is not redeemed: whoever runs `decided.action` acknowledges it first.
    """

    def __init__(self, decided: Decided, asked: str) -> None:
        name = decided.action.name
        super().__init__(
            f"{asked} did not run: {name} was allowed in its place. {decided.message_to_model} "
            f"Go on with {name} as decided; do not run {asked}."
        )
        self.decided = decided


class ArgumentsUnusable(SaysoError):
    """The decided arguments do not fit the function. The claim is used up and a failure is reported."""

    def __init__(self, decided: Decided, why: str) -> None:
        super().__init__(
            f"{decided.action.name} was allowed with other arguments, which it cannot take ({why}), so it did not run. "
            "Do not run it with other arguments than those decided; ask again with arguments it can take."
        )
        self.decided = decided
        self.why = why


class AlreadyClaimed(SaysoError):
    """Another holder redeemed the claim first, so the action is run there, or was."""

    def __init__(self, approval_id: str) -> None:
        super().__init__(
            f"Another process already has the right to run this action ({approval_id}), so it did not run here. "
            "It may have run there: check before you ask again, and do not run it another way."
        )
        self.approval_id = approval_id


class Removed(SaysoError):
    """It was decided so long ago that arguments and answer are not kept any more (`approval.purged_at`)."""

    def __init__(self, approval: Approval) -> None:
        super().__init__(
            "This was decided long ago, and what was decided is not kept any more, so nothing ran. "
            "If it is still needed, ask again with a new key; do not run it another way."
        )
        self.approval = approval


class SessionStopped(SaysoError):
    """People stopped the run: leave the session's block. What already runs may be cleaned up first.

    `directive` is the word that stopped it, with who said so and why; None when the session was over already.
    """

    def __init__(self, session_id: str, directive: Directive | None, why: str | None = None) -> None:
        by = issuer_of(directive) if directive else None
        reason = directive.text if directive else why
        because = f": {reason.rstrip('.')}" if reason else ""
        super().__init__(
            f"{f'{by} stopped this run' if by else 'This run was stopped'}{because}. Stop here: do nothing more "
            "towards its goal, not in another way either, and say what is done and what is not."
        )
        self.session_id = session_id
        self.directive = directive


class Undecided(SaysoError):
    """The caller's own timeout ended before a decision. `approval.state` says whether it still waits."""

    def __init__(self, approval: Approval) -> None:
        super().__init__(
            "Nobody has decided yet, so the action did not run. This is neither a yes nor a no: "
            "do not run it another way, and say that it waits for a decision."
        )
        self.approval = approval


class Refused(SaysoError):
    """The server will not take this request, or the client knows that it would not."""

    def __init__(self, problem: Problem) -> None:
        wrong = "; ".join(f"{error.field or 'body'} {error.message}" for error in problem.errors)
        because = ". ".join(part.rstrip(".") for part in (problem.title, problem.detail, wrong) if part)
        super().__init__(
            f"The approval service refused the request: {because}. "
            "Nobody has allowed the action and it did not run; do not run it another way."
        )
        self.problem = problem


class Unreachable(SaysoError):
    """The server is away, so nothing is allowed. `detail` says what was tried last."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            f"The approval service cannot be reached ({detail}), so nobody has allowed the action and it did not run. "
            "Do not run it another way; try again later, or say that it waits."
        )
        self.detail = detail


class NotUnderstood(SaysoError):
    """The server's answer makes no sense to this client, which may be older than the server."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            f"The approval service gave an answer that this client does not understand ({detail}), "
            "so the action did not run. Do not run it another way."
        )
        self.detail = detail


_BY_OUTCOME: dict[Outcome, type[NotAllowed]] = {
    Outcome.DENIED: Denied,
    Outcome.EXPIRED: Expired,
    Outcome.WITHDRAWN: Withdrawn,
    Outcome.SUPERSEDED: Superseded,
    Outcome.TAKEN_OVER: TakenOver,
}


def not_allowed(decided: Decided) -> NotAllowed | None:
    """The error that this outcome is, or None when something may run or was answered."""
    error = _BY_OUTCOME.get(decided.outcome)
    return error(decided) if error else None


def refusal(problem: Problem, *, approval_id: str | None = None) -> SaysoError:
    """The error that a problem of the server is."""
    if problem.type == ProblemType.ALREADY_CLAIMED:
        return AlreadyClaimed(approval_id or "unknown")
    return Refused(problem)

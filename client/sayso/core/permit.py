"""Around one run of a gated function: may it run, with what, and what came of it."""

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict, TypeVar

from sayso.core import calls
from sayso.core.answers import decided
from sayso.core.dialogues import LAST_WORD_SECONDS, SIDE_NOTE_SECONDS, Dialogues, log, new_holder
from sayso.core.signature import CallShape, Unfit
from sayso.core.steps import Dialogue
from sayso.decided import Decided
from sayso.errors import ActionReplaced, AnsweredInstead, ArgumentsUnusable, SaysoError, Undecided
from sayso.protocol import (
    Acknowledge,
    Approval,
    BlastRadius,
    Environment,
    Impact,
    Option,
    Outcome,
    Recommendation,
    Report,
    ResultStatus,
    SubmitApproval,
    Withdraw,
    limits,
)
from sayso.question import checked_key, question

FAILURE_CHARACTERS = 300
"""An exception's message is a hint for people; the whole of it is in the agent's own log."""

T = TypeVar("T")
Said = T | Callable[[Mapping[str, Any]], T]
"""A value, or what works it out of the call's arguments by name."""


class GateOptions(TypedDict, total=False):
    """What a gate says about every call of its function, and how it asks.

    `name` stands in for the function's own; `omit` names arguments that are no part of the question;
    `timeout` is how many seconds the caller waits at most; `on_decision` hears a decision that lets the
    function run, before its claim is redeemed (tell the model, when arguments were changed); `report`
    words the result for people.
    """

    name: str
    omit: Collection[str]
    timeout: float | None
    on_decision: Callable[[Decided], object]
    report: Callable[[Any], str]
    idempotency_key: Said[str]
    session_id: str
    title: Said[str]
    description: str
    arguments_schema: Mapping[str, Any]
    reason: Said[str]
    goal: Said[str]
    impact: Said[str | Impact | Mapping[str, Any]]
    reversible: Said[bool]
    undo: Said[str]
    blast_radius: Said[BlastRadius | str]
    external_effects: Said[bool]
    financial: Said[bool]
    personal_data: Said[bool]
    regulated: Said[bool]
    cost_usd: Said[float]
    affected_count: Said[int]
    resources: Said[Sequence[str]]
    environment: Said[Environment | str]
    confidence: Said[float]
    uncertainties: Said[Sequence[str]]
    recommendation: Said[Recommendation | str]
    alternatives: Said[Sequence[str]]
    options: Said[Sequence[Option | Mapping[str, Any]]]
    deadline_seconds: int
    origin: Said[Mapping[str, Any]]


_OWN = frozenset({"name", "omit", "timeout", "on_decision", "report", "idempotency_key"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """The right to run once, already redeemed, with exactly these arguments."""

    approval_id: str
    call: inspect.BoundArguments


@dataclass(frozen=True)
class Gate:
    """Asks before one function runs. Pure: the clients carry its dialogues out and call the function."""

    function: Callable[..., Any]
    options: GateOptions
    shape: CallShape = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shape", CallShape(self.function, self.options.get("omit", ())))
        unknown = sorted(self.options.keys() - GateOptions.__annotations__.keys())
        if unknown:
            raise TypeError(f"gate() has no option {', '.join(unknown)}")
        strangers = sorted(set(self.shape.omitted) - self.shape.signature.parameters.keys())
        if strangers:
            raise TypeError(f"omit names {', '.join(strangers)}, which {self.function.__name__} does not take")

    def permit(self, dialogues: Dialogues, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Dialogue[Permit]:
        """Ask, wait, and redeem the claim. Raises an error of ours whenever the function must not run."""
        call = self.shape.bind(args, kwargs)
        asked = self._question(call)
        key = checked_key(self._said("idempotency_key", call))
        closed = yield from self._closed(dialogues, asked, key)
        holder = new_holder()
        yield from dialogues.conclude(closed, holder=holder)
        if closed.outcome is Outcome.ANSWERED:
            raise AnsweredInstead(closed)
        if closed.action.name != asked.action.name:
            raise ActionReplaced(closed, asked.action.name)
        dialogues.raise_if_stopped(closed.approval.session_id)
        if "on_decision" in self.options:
            self.options["on_decision"](closed)
        yield from self._redeem(dialogues, closed, holder)
        try:
            decided_call = self.shape.with_decided(call, asked.action.arguments, closed.action.arguments)
        except Unfit as unfit:
            failure = Report(status=ResultStatus.FAILED, summary=shortened(f"Did not run: {unfit}"))
            yield from self._tell(dialogues, closed.id, failure)
            raise ArgumentsUnusable(closed, str(unfit)) from None
        return Permit(approval_id=closed.id, call=decided_call)

    def succeeded(self, dialogues: Dialogues, permit: Permit, result: object) -> Dialogue[None]:
        """Report what came of it. A report that does not arrive is logged: the function's result stands."""
        report = Report(status=ResultStatus.SUCCEEDED, summary=self._worded(result))
        yield from self._tell(dialogues, permit.approval_id, report)

    def failed(self, dialogues: Dialogues, permit: Permit, problem: BaseException) -> Dialogue[None]:
        """Report the exception's type and message. An interrupted process spends little time on it."""
        report = Report(status=ResultStatus.FAILED, summary=shortened(f"{type(problem).__name__}: {problem}"))
        seconds = SIDE_NOTE_SECONDS if isinstance(problem, Exception) else LAST_WORD_SECONDS
        yield from self._tell(dialogues, permit.approval_id, report, seconds)

    def _closed(self, dialogues: Dialogues, asked: SubmitApproval, key: str | None) -> Dialogue[Decided]:
        try:
            return (yield from dialogues.ask_until_closed(asked, key, timeout=self.options.get("timeout")))
        except Undecided as late:
            if key is not None:
                raise
            # Nobody can come back to this request, so nobody should be asked any longer.
            approval = yield from self._taken_back(dialogues, late)
            if approval.outcome is Outcome.WITHDRAWN:
                raise Undecided(approval) from None
            return decided(approval)

    def _redeem(self, dialogues: Dialogues, closed: Decided, holder: str) -> Dialogue[None]:
        try:
            yield from dialogues.acknowledge(closed.id, Acknowledge(claim=closed.claim, holder=holder))
        except (Exception, GeneratorExit):
            raise
        except BaseException:
            # The claim may be ours, and nobody is going to use it.
            failure = Report(status=ResultStatus.FAILED, summary="Did not run: the agent was stopped first.")
            yield from self._tell(dialogues, closed.id, failure, LAST_WORD_SECONDS)
            raise

    def _taken_back(self, dialogues: Dialogues, late: Undecided) -> Dialogue[Approval]:
        body = Withdraw(reason="The agent could wait no longer.")
        until = dialogues.clock() + SIDE_NOTE_SECONDS
        try:
            return (yield from dialogues.withdraw(late.approval.id, body, until=until))
        except SaysoError:
            raise late from None

    def _tell(
        self, dialogues: Dialogues, approval_id: str, report: Report, seconds: float = SIDE_NOTE_SECONDS
    ) -> Dialogue[None]:
        call = calls.report(approval_id, report)
        yield from dialogues.side_note(approval_id, call, "report the result of", seconds=seconds)

    def _worded(self, result: object) -> str | None:
        if "report" not in self.options:
            return None
        try:
            return shortened(self.options["report"](result))
        except Exception:  # the caller's own words failed; the result stands without them
            log.exception("could not word the result of %s", self.function.__name__)
            return None

    def _question(self, call: inspect.BoundArguments) -> SubmitApproval:
        details = {name: self._said(name, call) for name in self.options if name not in _OWN}
        details.setdefault("description", _first_paragraph(self.function))
        details.setdefault("arguments_schema", self.shape.schema)
        name = self.options.get("name", self.function.__name__)
        return question(name, self.shape.as_json(call), details)

    def _said(self, name: str, call: inspect.BoundArguments) -> Any:
        said = self.options.get(name)
        return said(dict(call.arguments)) if callable(said) else said


def runs_when_called(function: Callable[..., Any]) -> bool:
    """Whether a call returns the result, and not a coroutine or a generator that has yet to run."""
    later = (inspect.iscoroutinefunction, inspect.isasyncgenfunction, inspect.isgeneratorfunction)
    return not any(is_later(function) for is_later in later)


def _first_paragraph(function: Callable[..., Any]) -> str | None:
    text = inspect.getdoc(function)
    return " ".join(text.split("\n\n")[0].split())[: limits.TEXT_CHARACTERS] if text else None


def shortened(text: str) -> str:
    """`text` as the wire takes it: no NUL, no lone surrogate, and short."""
    clean = text.replace("\x00", " ").encode("utf-8", "replace").decode()
    return clean if len(clean) <= FAILURE_CHARACTERS else clean[: FAILURE_CHARACTERS - 1] + "…"

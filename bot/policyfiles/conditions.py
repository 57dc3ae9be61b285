"""Conditions of rules: CEL expressions over the facts of an action, type-checked when they are loaded."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from cel_expr_python import cel  # pyright: ignore[reportMissingTypeStubs]  # its types are in cel.pyi

from bot.domain.policy import CannotTell, Facts
from bot.domain.risk import FACT_TYPES

_CEL_TYPES: dict[type, cel.Type] = {
    bool: cel.Type.BOOL,
    str: cel.Type.STRING,
    int: cel.Type.INT,
    float: cel.Type.DOUBLE,
    dict: cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
}
_ENVIRONMENT = cel.NewEnv(variables={name: _CEL_TYPES[kind] for name, kind in FACT_TYPES.items()})

_ERROR = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_UNDECLARED = re.compile(r"undeclared reference to '([^']*)'")
_NO_OVERLOAD = re.compile(r"found no matching overload for '([^']*)' applied to '\(?(.*?)\)?'$")
_KEY_MISSING = re.compile(r'Key not found in map : "([^"]*)"')
_HAS_OF_A_FACT = re.compile(r"\bhas\(\s*((?:impact|declared|agent)\.\w+|action\.(?:name|arguments))\s*\)")


@dataclass(frozen=True, slots=True)
class ConditionProblem:
    """What is wrong inside an expression, and where in it, from 1."""

    line: int
    column: int
    found: str
    expected: str


class BadCondition(Exception):
    def __init__(self, problems: list[ConditionProblem]) -> None:
        super().__init__("; ".join(problem.found for problem in problems))
        self.problems = problems


class CelCondition:
    """A compiled condition. Evaluating it is safe from several threads."""

    def __init__(self, expression: cel.Expression, activations: "Activations") -> None:
        self._expression, self._activations = expression, activations

    def holds(self, facts: Facts) -> bool:
        try:
            value = self._expression.eval(self._activations.of(facts))
        except RuntimeError as problem:  # the facts could not be handed over at all
            raise CannotTell("the facts cannot be read") from problem
        if value.type() == cel.Type.BOOL:
            return bool(value.value())
        raise CannotTell(_in_words(str(value.value())))


class Activations:
    """Facts as CEL reads them. The last ones are kept, for all rules of a policy are asked about the same facts."""

    def __init__(self) -> None:
        self._last: tuple[Facts | None, Any] = (None, None)

    def of(self, facts: Facts) -> cel.Activation:
        last, activation = self._last
        if last is not facts:
            activation = _ENVIRONMENT.Activation(facts.by_name())
            self._last = (facts, activation)
        return activation


def compile_condition(text: str, activations: Activations) -> CelCondition:
    """A condition that yields true or false. Raises BadCondition with everything that is wrong with it."""
    try:
        expression = _ENVIRONMENT.compile(text)
    except RuntimeError as problem:
        raise BadCondition(_problems(text, str(problem))) from problem
    if misused := _HAS_OF_A_FACT.search(text):
        line, column = _position(text, misused.start())
        expected = "has() only of what may be absent: has(action.arguments.NAME)"
        raise BadCondition([ConditionProblem(line, column, f"`{misused[0]}`, a fact that always exists", expected)])
    kind = expression.return_type()
    if kind != cel.Type.BOOL:
        found = f"a condition of type {kind.name().lower()}"
        raise BadCondition([ConditionProblem(1, 1, found, "one of type bool: compare the value with something")])
    return CelCondition(expression, activations)


def _problems(text: str, message: str) -> list[ConditionProblem]:
    found = [_problem(text, int(line), int(column), words) for line, column, words in _ERROR.findall(message)]
    return found or [ConditionProblem(1, 1, f"no CEL expression ({message.splitlines()[0]})", "a CEL expression")]


def _problem(text: str, line: int, column: int, words: str) -> ConditionProblem:
    if undeclared := _UNDECLARED.search(words):
        name = undeclared[1]
        here = (text.splitlines() or [""])[line - 1]
        start = here.rfind(name, 0, column - 1 + len(name))  # CEL points to the last dot of a name
        return ConditionProblem(line, start + 1 if start >= 0 else column, f"unknown name `{name}`", _meant(name))
    if overload := _NO_OVERLOAD.search(words):
        operator = overload[1].replace("_", " ").strip().replace("? :", "?:").replace("[ ]", "[]")
        found = f"`{operator}` applied to ({overload[2]})"
        return ConditionProblem(line, column, found, "values of types that go together (a double is written 1.0)")
    words = words.partition(" expecting ")[0].removeprefix("Syntax error: ").replace("'<EOF>'", "the end")
    return ConditionProblem(line, column, f"a syntax error ({words})", "a CEL expression")


def _meant(name: str) -> str:
    if near := get_close_matches(name, FACT_TYPES, n=1):
        return f"a fact, perhaps `{near[0]}`"
    return "one of " + ", ".join(FACT_TYPES)


def _position(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def _in_words(message: str) -> str:
    """Why an expression has no value. Values never appear: an argument may be a secret."""
    if missing := _KEY_MISSING.search(message):
        return f"there is no {missing[1]!r}"
    if "No matching overloads" in message or "non-message type" in message:
        return "a value is of another type"
    return message.partition(":")[0].replace("_", " ").lower()

"""A document read into entries. Each is validated by itself, so every mistake of a file is reported at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.policyfiles.conditions import Activations, BadCondition, CelCondition, compile_condition
from bot.policyfiles.document import Document, KeyPath, Place
from bot.policyfiles.problems import PolicyError
from bot.policyfiles.schema import (
    EXPECTED,
    AlwaysAskEntry,
    ChannelId,
    DefaultEntry,
    DenyEntry,
    DigestEntry,
    Entry,
    GroupEntry,
    KnownActionEntry,
    NeverAskEntry,
    OperationsEntry,
    PersonEntry,
    PolicyFile,
    RuleEntry,
    StepEntry,
)

E = TypeVar("E", bound=Entry, covariant=True)
SHOWN = 60  # characters of a wrong value in a message

_EXPECTED = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "greater_than": "a number above {gt}",
    "list_type": "a list",
    "dict_type": "a mapping of names",
    "model_type": "a mapping of fields",
    "too_short": "at least {min_length}",
    "enum": "{expected}",
}


@dataclass(frozen=True, slots=True)
class At(Generic[E]):
    """An entry and where it stands."""

    path: KeyPath
    entry: E


@dataclass(frozen=True, slots=True)
class AtRule(At[E]):
    """An entry with a condition; None where the condition did not compile."""

    condition: CelCondition | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """Everything in a file that could be read. What is missing here was reported."""

    people: dict[str, At[PersonEntry]]
    groups: dict[str, At[GroupEntry]]
    channels: dict[str, str]
    ladders: dict[str, list[At[StepEntry]]]
    operations: At[OperationsEntry] | None
    digest: At[DigestEntry] | None
    known_actions: list[At[KnownActionEntry]]
    deny: list[AtRule[DenyEntry]]
    always_ask: list[AtRule[AlwaysAskEntry]]
    rules: list[AtRule[RuleEntry]]
    never_ask: list[AtRule[NeverAskEntry]]
    default: At[DefaultEntry] | None


def read_entries(document: Document) -> Entries:
    """All entries of a document; problems are added to the document's. Raises PolicyError if there are no sections."""
    data = document.data
    if not isinstance(data, dict):
        document.blame((), _shown(data), "a policy: a mapping of sections such as `people` and `rules`")
        raise PolicyError(document.problems)
    sections = cast(dict[str, Any], data)
    document.data = {name: value for name, value in sections.items() if value is not None}  # only comments in it
    _checked(document, (), PolicyFile)
    reader = _Reader(document, Activations())
    return Entries(
        people=dict(reader.named("people", PersonEntry)),
        groups=dict(reader.named("groups", GroupEntry)),
        channels=dict(reader.channels()),
        ladders=dict(reader.ladders()),
        operations=reader.single("operations", OperationsEntry),
        digest=reader.single("digest", DigestEntry),
        known_actions=list(reader.listed("known_actions", KnownActionEntry)),
        deny=list(reader.rules("deny", DenyEntry)),
        always_ask=list(reader.rules("always_ask", AlwaysAskEntry)),
        rules=list(reader.rules("rules", RuleEntry)),
        never_ask=list(reader.rules("never_ask", NeverAskEntry)),
        default=reader.single("default", DefaultEntry),
    )


def mapping_at(document: Document, section: str) -> dict[str, Any]:
    """A section that is a mapping; {} when it is absent or, as reported, something else."""
    found = document.data.get(section)
    return cast(dict[str, Any], found) if isinstance(found, dict) else {}


def list_at(document: Document, section: str) -> list[Any]:
    """A section that is a list; [] when it is absent or, as reported, something else."""
    found = document.data.get(section)
    return cast(list[Any], found) if isinstance(found, list) else []


class _Reader:
    def __init__(self, document: Document, activations: Activations) -> None:
        self._document, self._activations = document, activations

    def named(self, section: str, model: type[E]) -> Iterator[tuple[str, At[E]]]:
        for name, value in mapping_at(self._document, section).items():
            if (entry := _checked(self._document, (section, name), model, value)) is not None:
                yield name, At((section, name), entry)

    def listed(self, section: str, model: type[E]) -> Iterator[At[E]]:
        for n, value in enumerate(list_at(self._document, section)):
            if (entry := _checked(self._document, (section, n), model, value)) is not None:
                yield At((section, n), entry)

    def single(self, section: str, model: type[E]) -> At[E] | None:
        if not isinstance(self._document.data.get(section), dict):
            return None
        entry = _checked(self._document, (section,), model, self._document.data[section])
        return None if entry is None else At((section,), entry)

    def channels(self) -> Iterator[tuple[str, str]]:
        for name, value in mapping_at(self._document, "channels").items():
            try:
                yield name, TypeAdapter(ChannelId).validate_python(value, strict=True)
            except ValidationError as problem:
                _report(self._document, ("channels", name), problem, value)

    def ladders(self) -> Iterator[tuple[str, list[At[StepEntry]]]]:
        for name, value in mapping_at(self._document, "ladders").items():
            path: KeyPath = ("ladders", name)
            if not isinstance(value, list) or not value:
                self._document.blame(path, _shown(value), "a list of steps, one at least")
                continue
            steps = [
                At((*path, n), step)
                for n, inner in enumerate(cast(list[Any], value))
                if (step := _checked(self._document, (*path, n), StepEntry, inner)) is not None
            ]
            if len(steps) == len(cast(list[Any], value)):
                yield name, steps

    def rules(self, section: str, model: type[E]) -> Iterator[AtRule[E]]:
        for n, value in enumerate(list_at(self._document, section)):
            path: KeyPath = (section, n)
            text = cast(dict[str, Any], value).get("when") if isinstance(value, dict) else None
            condition = self._condition((*path, "when"), text) if isinstance(text, str) and text.strip() else None
            if (entry := _checked(self._document, path, model, value)) is not None:
                yield AtRule(path, entry, condition)

    def _condition(self, path: KeyPath, text: str) -> CelCondition | None:
        try:
            return compile_condition(text, self._activations)
        except BadCondition as bad:
            place = self._document.place(path)
            for problem in bad.problems:
                inside = f"{problem.found} at line {problem.line}, column {problem.column} of the condition"
                self._document.blame_place(_inside(place, problem.line, problem.column), inside, problem.expected)
            return None


def _inside(place: Place, line: int, column: int) -> Place:
    """Where in the file a place inside a text is; where that cannot be told, where the text begins."""
    if place.text_line is None or place.text_column is None:
        return place
    is_block = place.text_line != place.line
    if not is_block and line > 1:
        return place
    return Place(place.text_line + line - 1, place.text_column + column - 1)


def _checked(document: Document, path: KeyPath, model: type[E], value: Any = None) -> E | None:
    value = document.data if not path else value
    try:
        return model.model_validate(value)
    except ValidationError as problem:
        _report(document, path, problem, value, fields=list(model.model_fields))
        return _without_mistakes(model, value, problem)


def _without_mistakes(model: type[E], value: Any, problem: ValidationError) -> E | None:
    """What is left of an entry, so that its other mistakes are found at once; None where too little is left."""
    if not isinstance(value, dict):
        return None
    wrong = {error["loc"][0] for error in problem.errors() if error["loc"]}
    kept = {name: field for name, field in cast(dict[str, Any], value).items() if name not in wrong}
    try:
        return model.model_validate(model.stand_ins | kept)
    except ValidationError:
        return None


def _report(
    document: Document, path: KeyPath, problem: ValidationError, value: Any, *, fields: list[str] | None = None
) -> None:
    for error in problem.errors(include_url=False):
        where = (*path, *error["loc"])
        if where in document.unread:
            continue
        match error["type"]:
            case "missing":
                document.blame(path, f"no `{error['loc'][-1]}`", "it here: it is required", at_key=bool(path))
            case "extra_forbidden":
                expected = f"one of {', '.join(fields or [])}"
                document.blame(where, f"the unknown field `{error['loc'][-1]}`", expected, at_key=True)
            case _:
                document.blame(where, _shown(error["input"]), _expected(error))


def _expected(error: ErrorDetails) -> str:
    template = _EXPECTED.get(error["type"])
    if template is None:
        return error["msg"] if error["type"] == EXPECTED else error["msg"][:1].lower() + error["msg"][1:]
    return template.format(**error.get("ctx", {}))


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"

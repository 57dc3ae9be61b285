"""A YAML text as plain values, with the place of every value and every key."""

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from bot.policyfiles.problems import PolicyError, Problem

_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # as YAML counts lines
_SIGNS_IN_ERRORS = (
    "while scanning a tag",
    "while parsing a tag",
    "while scanning an anchor",
    "while scanning an alias",
)
_BOOL = "tag:yaml.org,2002:bool"
_SIGN = "a value that begins with `!`, `&` or `*`, which mean something in YAML"
_IN_QUOTES = "the whole value in quotes"
KeyPath: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands, from 1. `text_column` and `text_line` are where a scalar's own text begins.

    They are None where the text of the file and the value differ: folded over lines, or with escapes.
    """

    line: int
    column: int
    text_line: int | None = None
    text_column: int | None = None


@dataclass(slots=True)
class Document:
    """`values` and `keys` tell where the value at a path begins, and where the key does that holds it.

    A value that cannot be read is None; it is blamed already and its path is in `unread`.
    """

    file: str
    data: Any = None
    values: dict[KeyPath, Place] = field(default_factory=dict[KeyPath, Place])
    keys: dict[KeyPath, Place] = field(default_factory=dict[KeyPath, Place])
    unread: set[KeyPath] = field(default_factory=set[KeyPath])
    problems: list[Problem] = field(default_factory=list[Problem])

    def blame(self, path: KeyPath, found: str, expected: str, *, at_key: bool = False) -> None:
        """Report the value at a path (or its key), or the nearest that encloses it where nothing stands there."""
        self.blame_place(self.place(path, at_key=at_key), found, expected)

    def blame_place(self, place: Place, found: str, expected: str) -> None:
        self.problems.append(Problem(self.file, place.line, place.column, found, expected))

    def place(self, path: KeyPath, *, at_key: bool = False) -> Place:
        found = self.keys.get(path) if at_key else None
        while found is None:
            found = self.values.get(path)
            if found is None and not path:
                return Place(1, 1)
            path = path[:-1]
        return found


def read_document(text: str, *, file: str) -> Document:
    """The document, its own problems (duplicate keys, aliases, tags) in `problems`.

    Raises PolicyError when it is no YAML at all: then nothing more can be said about it.
    """
    document = Document(file)
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    except yaml.MarkedYAMLError as problem:
        raise PolicyError([_syntax_problem(file, problem)]) from problem
    except yaml.reader.ReaderError as problem:
        before = text[: problem.position]
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        found = f"the character U+{ord(text[problem.position]):04X}"
        raise PolicyError([Problem(file, line, column, found, "text that can be printed")]) from problem
    if root is not None:
        document.data = _Reading(document, _LINE_END.split(text), loader).value(root, ())
    return document


def _syntax_problem(file: str, problem: yaml.MarkedYAMLError) -> Problem:
    mark = problem.problem_mark or problem.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if problem.context in _SIGNS_IN_ERRORS:
        return Problem(file, line, column, _SIGN, _IN_QUOTES)
    found = f"no YAML ({problem.problem or problem.context})"
    return Problem(file, line, column, found, "one YAML document")


class _Reading:
    """One walk over the nodes of a document."""

    def __init__(self, document: Document, lines: list[str], loader: yaml.SafeLoader) -> None:
        self._document, self._lines, self._loader = document, lines, loader
        self._seen = set[int]()

    def value(self, node: yaml.Node, path: KeyPath) -> Any:
        document = self._document
        document.values[path] = self._place(node)
        if id(node) in self._seen:
            return self._unread(path, "an alias (*)", "the values written out")
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, n)) for n, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            place = self._place(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self._document.blame_place(place, "a key made of several values", "a name")
                continue
            key = str(key_node.value)  # as written: `on` and `yes` are names here
            if key in found:
                first = self._document.keys[*path, key]
                self._document.blame_place(
                    place,
                    f"the key `{key}` a second time",
                    f"it once (the first is on line {first.line})",
                )
                continue
            self._document.keys[*path, key] = place
            found[key] = self.value(value_node, (*path, key))
        return found

    def _scalar(self, node: yaml.Node, path: KeyPath) -> Any:
        if not node.tag.startswith("tag:yaml.org,"):
            return self._unread(path, _SIGN, _IN_QUOTES)
        if node.tag == _BOOL and node.value.lower() not in ("true", "false"):
            return node.value  # `no` and `on` are words here, as in YAML 1.2
        try:
            value: Hashable = self._loader.construct_object(node)  # pyright: ignore[reportUnknownMemberType]
        except (yaml.constructor.ConstructorError, ValueError) as problem:
            what = problem.problem if isinstance(problem, yaml.MarkedYAMLError) else str(problem)
            return self._unread(path, f"{node.value!r} ({what})", "a plain value; put text in quotes")
        return value

    def _unread(self, path: KeyPath, found: str, expected: str) -> None:
        self._document.blame(path, found, expected)
        self._document.unread.add(path)

    def _place(self, node: yaml.Node) -> Place:
        mark = node.start_mark
        line, column = mark.line + 1, mark.column + 1
        if not isinstance(node, yaml.ScalarNode):
            return Place(line, column)
        if node.style == "|":
            return self._block_place(node, line, column)
        offset = 0 if node.style is None else 1
        written = self._lines[mark.line][mark.column + offset :] if mark.line < len(self._lines) else ""
        is_as_written = node.style != ">" and written.startswith(node.value)
        return Place(line, column, line, column + offset) if is_as_written else Place(line, column)

    def _block_place(self, node: yaml.Node, line: int, column: int) -> Place:
        """A literal block starts on the next line, at its own indentation."""
        if line >= len(self._lines):
            return Place(line, column)
        text = self._lines[line]
        return Place(line, column, line + 1, len(text) - len(text.lstrip()) + 1)

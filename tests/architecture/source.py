"""The project's own source, parsed once."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVER, CLIENT, TESTS = ROOT / "bot", ROOT / "client" / "sayso", ROOT / "tests"
GENERATED = SERVER / "store" / "migrations" / "versions"


@dataclass(frozen=True)
class Source:
    """One file: its name from the project's root, its lines and its tree."""

    name: str
    lines: tuple[str, ...]
    tree: ast.Module

    def line(self, number: int) -> str:
        return self.lines[number - 1]

    def at(self, node: ast.stmt | ast.expr | ast.excepthandler) -> str:
        return f"{self.name}:{node.lineno}"


@cache
def source_of(path: Path) -> Source:
    text = path.read_text()
    return Source(path.relative_to(ROOT).as_posix(), tuple(text.splitlines()), ast.parse(text))


def sources(*folders: Path) -> Iterator[Source]:
    """Every Python file below these folders, but for what Alembic writes."""
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            if not path.is_relative_to(GENERATED):
                yield source_of(path)


def server_without_local_slack() -> Iterator[Source]:
    return (source for source in sources(SERVER) if not source.name.startswith("bot/localslack/"))


def imported(tree: ast.AST) -> Iterator[tuple[ast.stmt, str]]:
    """Every module that is imported, with the statement."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node, node.module


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))

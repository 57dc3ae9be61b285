"""Files, functions and nesting stay small; an except that swallows everything has its argument beside it."""

import ast

import pytest

from tests.architecture.source import CLIENT, SERVER, TESTS, Source, functions, imported, sources

FILE, FUNCTION, NESTING = 300, 40, 3
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)


def test_a_file_has_at_most_300_lines_that_are_not_blank():
    sizes = {source.name: sum(bool(line.strip()) for line in source.lines) for source in sources(SERVER, CLIENT, TESTS)}
    assert {name: size for name, size in sizes.items() if size > FILE} == {}


def test_a_function_has_at_most_40_lines():
    found = {
        f"{source.at(function)} {function.name}": size
        for source in sources(SERVER, CLIENT)
        for function in functions(source.tree)
        if function.end_lineno is not None and (size := function.end_lineno - function.lineno + 1) > FUNCTION
    }
    assert found == {}


def test_blocks_are_nested_at_most_three_deep():
    found = {
        f"{source.at(function)} {function.name}": depth
        for source in sources(SERVER, CLIENT)
        for function in functions(source.tree)
        if (depth := nesting(function.body)) > NESTING
    }
    assert found == {}


def test_an_except_that_swallows_everything_has_its_argument_beside_it():
    found = [
        source.at(node)
        for source in sources(SERVER, CLIENT)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler) and _swallows_everything(node) and not _is_argued(source, node)
    ]
    assert found == []


def test_no_test_patches_our_own_code():
    found = [
        source.at(node) for source in sources(TESTS) for node, name in imported(source.tree) if name == "unittest.mock"
    ]
    assert found == []


@pytest.mark.parametrize(
    ("body", "depth"),
    [
        ("return 1", 0),
        ("if a:\n  pass\nelif b:\n  pass\nelif c:\n  pass", 1),
        ("if a:\n  for b in c:\n    pass\nelse:\n  pass", 2),
        ("match a:\n  case 1:\n    if b:\n      pass", 2),
        ("try:\n  pass\nexcept E:\n  while a:\n    with b:\n      if c:\n        pass", 4),
        ("def inner():\n  if a:\n    pass", 0),
    ],
)
def test_nesting_is_counted_as_a_reader_counts_it(body: str, depth: int):
    assert nesting(ast.parse(body).body) == depth


def nesting(body: list[ast.stmt]) -> int:
    """How deep blocks lie in each other. `elif` is no deeper than its `if`; an inner function counts for itself."""
    return max((_depth(statement) for statement in body), default=0)


def _depth(statement: ast.stmt) -> int:
    if not isinstance(statement, BLOCKS):
        return 0
    if isinstance(statement, ast.Match):
        return 1 + max(nesting(case.body) for case in statement.cases)
    bodies = [statement.body, getattr(statement, "finalbody", [])]
    bodies += [handler.body for handler in getattr(statement, "handlers", [])]
    orelse: list[ast.stmt] = getattr(statement, "orelse", [])
    if isinstance(statement, ast.If) and len(orelse) == 1 and isinstance(orelse[0], ast.If):
        return max(1 + max(map(nesting, bodies)), _depth(orelse[0]))
    return 1 + max(map(nesting, [*bodies, orelse]))


def _swallows_everything(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    is_broad = caught is None or (isinstance(caught, ast.Name) and caught.id in ("Exception", "BaseException"))
    return is_broad and not any(isinstance(node, ast.Raise) for node in ast.walk(handler))


def _is_argued(source: Source, handler: ast.ExceptHandler) -> bool:
    return "#" in source.line(handler.lineno) or source.line(handler.lineno - 1).strip().startswith("#")

"""Imports point one way, nobody goes round in circles, and every file has a room."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import grimp

from tests.architecture.source import (
    CLIENT,
    ROOT,
    SERVER,
    TESTS,
    functions,
    imported,
    server_without_local_slack,
    sources,
)

FORBIDDEN_NAMES = {"utils", "util", "helpers", "common", "manager", "managers", "data", "info", "process", "misc"}


def test_the_contracts_of_the_rooms_are_kept():
    # In a process of its own: it configures logging, which would silence every other test of this one.
    lint = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert lint.returncode == 0, lint.stdout


def test_no_module_imports_itself_over_others():
    graph = grimp.build_graph("bot", "sayso", cache_dir=None, exclude_type_checking_imports=True)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    TopologicalSorter(imports).prepare()  # raises CycleError, which names the circle


def test_the_product_knows_nothing_of_its_tests():
    found = [
        source.at(node)
        for source in sources(SERVER, CLIENT)
        for node, name in imported(source.tree)
        if name.split(".")[0] in ("tests", "pytest", "hypothesis", "unittest")
    ]
    assert found == []


def test_an_import_inside_a_function_has_its_reason_beside_it():
    found = [
        source.at(statement)
        for source in sources(SERVER, CLIENT)
        for function in functions(source.tree)
        for statement, _ in imported(function)
        if "#" not in source.line(statement.lineno) and not source.line(statement.lineno - 1).strip().startswith("#")
    ]
    assert found == []


def test_only_the_store_knows_sql():
    rooms = {"sqlalchemy", "sqlmodel", "alembic", "sqlite3", "psycopg"}
    found = [
        source.at(node)
        for source in sources(SERVER)
        if not source.name.startswith("bot/store/")
        for node, name in imported(source.tree)
        if name.split(".")[0] in rooms
    ]
    assert found == []


def test_only_the_runners_commit():
    found = [
        source.at(node)
        for source in server_without_local_slack()
        if source.name not in ("bot/store/sqlite.py", "bot/store/postgres.py")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert found == []


def test_only_the_settings_read_the_environment():
    found = [
        source.at(node)
        for source in server_without_local_slack()
        if source.name != "bot/settings.py"
        for node in ast.walk(source.tree)
        if (isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"))
        or (isinstance(node, ast.ImportFrom) and node.module == "os" and {"environ", "getenv"} & _names(node))
    ]
    assert found == []


def test_only_the_system_asks_the_clock():
    clocks = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}
    found = [
        source.at(node)
        for source in server_without_local_slack()
        if source.name != "bot/system.py"
        for node in ast.walk(source.tree)
        if (isinstance(node, ast.Attribute) and (_last_name(node.value), node.attr) in clocks)
        or (isinstance(node, ast.ImportFrom) and node.module == "time" and {"time", "time_ns"} & _names(node))
    ]
    assert found == []


def test_the_domain_never_awaits():
    found = [
        source.at(node)
        for source in sources(SERVER / "domain")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.AsyncFunctionDef | ast.Await)
    ]
    assert found == []


def test_no_room_is_empty():
    rooms = [path for root in (SERVER, CLIENT, TESTS) for path in root.rglob("*") if path.is_dir()]
    found = [room for room in rooms if "__pycache__" not in room.parts and not _files_in(room)]
    assert found == []


def test_no_file_has_a_name_that_says_nothing():
    found = [path for root in (SERVER, CLIENT, TESTS) for path in root.rglob("*.py") if path.stem in FORBIDDEN_NAMES]
    assert found == []


def _names(node: ast.ImportFrom) -> set[str]:
    return {alias.name for alias in node.names}


def _last_name(node: ast.expr) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def _files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]

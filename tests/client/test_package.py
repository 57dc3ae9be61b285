"""What an agent installs: two dependencies, no part of the server, and an import without effects."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
import sayso

SOURCES = sorted(Path(sayso.__file__).parent.rglob("*.py"))
ALLOWED = {"httpx", "pydantic", "pydantic_core", "sayso"}


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_source_imports_two_packages_and_never_the_server(source: Path):
    for node in ast.walk(ast.parse(source.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert {name.partition(".")[0] for name in names} <= ALLOWED | set(sys.stdlib_module_names)


def test_the_core_knows_no_network():
    for source in SOURCES:
        if source.parent.name in ("core", "protocol"):
            assert "httpx" not in source.read_text().replace("over httpx", ""), source


def test_importing_has_no_effects():
    script = (
        "import logging, signal, sys, threading; import sayso;"
        "assert threading.active_count() == 1;"
        "assert not logging.getLogger('sayso').handlers and not logging.getLogger().handlers;"
        "assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL;"
        "assert 'bot' not in sys.modules and 'aiohttp' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True, timeout=30)


def test_types_travel_with_the_package():
    assert (Path(sayso.__file__).parent / "py.typed").exists()

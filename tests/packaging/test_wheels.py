"""What a host installs: both distributions as wheels, with everything the server reads from disk."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, zipfile.ZipFile]:
    where = tmp_path_factory.mktemp("wheels")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(where)]
    subprocess.run([*build, str(ROOT), str(ROOT / "client")], check=True, capture_output=True, timeout=110)
    return {path.name.split("-")[0]: zipfile.ZipFile(path) for path in where.glob("*.whl")}


@pytest.mark.slow
@pytest.mark.parametrize(
    "file",
    [
        "bot/policies/standard.yaml",
        "bot/store/migrations/env.py",
        "bot/store/migrations/versions/0001_first_light.py",
        "bot/localslack/page/index.html",
        "bot/localslack/page/main.js",
    ],
)
def test_the_servers_wheel_holds_what_it_reads_from_disk(wheels: dict[str, zipfile.ZipFile], file: str):
    assert file in wheels["sayso_bot"].namelist()


@pytest.mark.slow
def test_the_clients_wheel_is_typed_and_holds_nothing_of_the_bot(wheels: dict[str, zipfile.ZipFile]):
    names = wheels["sayso"].namelist()
    assert "sayso/py.typed" in names
    assert not [name for name in names if name.startswith("bot/")]

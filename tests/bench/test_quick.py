"""The benchmarks still run, all nine, from the command line; how fast anything is, is no test's business."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.bench.picture import drawing

ROOT = Path(__file__).parents[2]
PATIENCE = 600.0  # it takes one; on a machine that does ten other things, many


def test_the_quick_form_prints_all_nine_with_figures(tmp_path: Path):
    run = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick", "--results", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    figured = re.findall(
        r"^ (\d)  \S.* [\d.]+ (?:ms|/s|MB|KB|s) .*(?:met|NOT MET|inconclusive|printed)$", run.stdout, re.M
    )
    skipped = re.findall(r"^ (\d) .*skipped$", run.stdout, re.M)
    assert {int(number) for number in figured + skipped} == set(range(1, 10)), run.stdout
    assert set(skipped) <= {"1", "2"}, "only peers may be missing"
    (written,) = tmp_path.glob("*.json")
    rows = json.loads(written.read_text())
    assert all(row["ours"] > 0 for row in rows if row["pairs"])
    assert drawing(rows).count("<rect") == 1 + sum(bool(row["target"] and row["pairs"]) for row in rows)


def test_an_unknown_number_is_refused():
    run = subprocess.run(
        [sys.executable, "-m", "tests.bench", "10"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == 2
    assert "there is no benchmark 10" in run.stderr

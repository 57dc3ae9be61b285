"""The table that is printed, and the JSON that is kept."""

import json
import os
import platform
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.picture import drawing
from tests.bench.rows import Comparison, Row, Verdict

DOCS = Path("docs/benchmarks.json")
PICTURE = Path("docs/pictures/bench.svg")
_COLUMNS = "{number:>2}  {what:<50} {ours:>11} {floor:>11} {figure:>9} {spread:>15} {target:>8}  {verdict}"


def heading() -> str:
    names = {"number": "#", "what": "what", "ours": "ours", "floor": "floor/peer", "figure": "ratio"}
    return _COLUMNS.format(**names, spread="spread", target="target", verdict="")


def line_of(row: Row) -> str:
    """The figures of a row, and below it what it stands beside."""
    told = {"number": row.number, "what": row.what, "target": str(row.target or "-"), "verdict": row.verdict.value}
    if not row.pairs:
        return _COLUMNS.format(**told, ours="-", floor="-", figure="-", spread="-") + f"\n      {row.note}"
    figures = row.figures
    return (
        _COLUMNS.format(
            **told,
            ours=_amount(row.ours, row.unit),
            floor=_amount(row.floor, row.unit),
            figure=_figure(row, row.figure),
            spread=f"{_figure(row, min(figures))}-{_figure(row, max(figures))}",
        )
        + f"\n      beside: {row.beside}"
        + (f" ({row.note})" if row.note else "")
    )


def _amount(figure: float, unit: str) -> str:
    return f"{figure:.3g} {unit}" if figure < 1000 else f"{figure:.0f} {unit}"


def _figure(row: Row, figure: float) -> str:
    return f"{figure:.2f}x" if row.comparison is Comparison.RATIO else f"{figure:.3g}"


def summary(rows: list[Row]) -> str:
    counted = Counter(row.verdict for row in rows)
    return ", ".join(f"{counted[verdict]} {verdict.value}" for verdict in Verdict if counted[verdict])


def publish(rows: list[Row], folder: Path, *, is_for_the_docs: bool) -> None:
    """Write the JSON of this run; for the docs also the last published one, row by row, and its picture.

    A row that this run did not measure stays in the published one as it was, with its own date.
    """
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    found = [row.as_json() | {"at": now.isoformat(timespec="seconds"), "machine": machine()} for row in rows]
    (folder / f"{now:%Y%m%d-%H%M%S}.json").write_text(_text(found))
    if not is_for_the_docs:
        return
    measured = {row.number for row in rows}
    kept = [row for row in json.loads(DOCS.read_text()) if row["number"] not in measured] if DOCS.exists() else []
    published = sorted([*kept, *found], key=lambda row: row["number"])
    DOCS.write_text(_text(published))
    PICTURE.write_text(drawing(published))


def _text(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows, indent=1, ensure_ascii=False) + "\n"


def machine() -> str:
    """What it ran on, in a line."""
    names = [line for line in _read("/proc/cpuinfo").splitlines() if line.startswith("model name")]
    model = names[0].partition(":")[2].strip() if names else platform.processor() or platform.machine()
    return f"{os.cpu_count()} x {model}, {platform.system()}, Python {platform.python_version()}"


def _read(path: str) -> str:
    return Path(path).read_text() if Path(path).exists() else ""

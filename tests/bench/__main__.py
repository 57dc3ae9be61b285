"""`python -m tests.bench [--quick] [numbers…]`: the nine benchmarks, their table, their JSON and their picture."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from importlib import import_module
from pathlib import Path

from tests.bench.report import heading, line_of, publish, summary
from tests.bench.rows import Effort, Row

BENCHMARKS = {
    1: "n1_resumed",
    2: "n2_cycles",
    3: "n3_create",
    4: "n4_runner",
    5: "n5_clicks",
    6: "n6_deadlines",
    7: "n7_replicas",
    8: "n8_memory",
    9: "n9_cold_start",
}
RESULTS = Path("build/bench")


async def measured(numbers: list[int], effort: Effort) -> list[Row]:
    """Every row, printed as soon as it is there."""
    rows: list[Row] = []
    print(heading(), flush=True)
    for number in numbers:
        measure: Callable[[Effort], AsyncIterator[Row]] = import_module(f"tests.bench.{BENCHMARKS[number]}").measure
        async for row in measure(effort):
            rows.append(row)
            print(line_of(row), flush=True)
    return rows


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("numbers", nargs="*", type=int, metavar="1-9", help="which of the nine; all by default")
    parser.add_argument("--quick", action="store_true", help="tiny counts and one pair: only to see that it runs")
    parser.add_argument("--publish", action="store_true", help="write docs/benchmarks.json and docs/pictures/bench.svg")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the JSON of this run goes")
    chosen = parser.parse_args(arguments)
    unknown = [number for number in chosen.numbers if number not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]}")
    rows = asyncio.run(measured(sorted(set(chosen.numbers)) or list(BENCHMARKS), Effort(is_quick=chosen.quick)))
    print(summary(rows))
    publish(rows, chosen.results, is_for_the_docs=chosen.publish)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

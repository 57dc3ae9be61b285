"""The published figures as a picture: one bar for each row, on a scale where 1 is the target. Plain SVG."""

from html import escape
from math import log10
from typing import Any

_WIDTH, _ROW, _TOP, _LEFT, _RIGHT = 900, 34, 92, 380, 190
_DECADES = (-2, 2)
"""From a hundredth of what the target allows to a hundred times as much."""
_COLOURS = {"met": "good", "NOT MET": "bad", "inconclusive": "unsure"}
_STYLE = """
  text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2328 }
  .title { font-size: 17px; font-weight: 600 } .quiet { fill: #59636e; font-size: 12px }
  .paper { fill: #ffffff } .grid { stroke: #d1d9e0 } .target { stroke: #1f2328; stroke-width: 1.5 }
  .good { fill: #1a7f37 } .bad { fill: #cf222e } .unsure { fill: #9a6700 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .quiet { fill: #9198a1 } .paper { fill: #0d1117 } .grid { stroke: #3d444d }
    .target { stroke: #f0f6fc } .good { fill: #3fb950 } .bad { fill: #f85149 } .unsure { fill: #d29922 }
  }"""


def drawing(published: list[dict[str, Any]]) -> str:
    """The rows of docs/benchmarks.json that have a target. To the right of the line is better than the target."""
    rows = [row for row in published if row["target"] and row["pairs"]]
    height = _TOP + _ROW * len(rows) + 46
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" role="img"'
            ' aria-labelledby="title">'
        ),
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{_WIDTH}" height="{height}" rx="6"/>',
        '<text id="title" class="title" x="20" y="32">Benchmarks: how far each figure is from its target</text>',
        f'<text class="quiet" x="20" y="54">{escape(_made(rows))}</text>',
        *_scale(height),
        *(line for place, row in enumerate(rows) for line in _bar(row, _TOP + place * _ROW)),
        (
            f'<text class="quiet" x="20" y="{height - 14}">Bars: median of pairs. The number at the right is the ratio'
            " to the floor or peer that was timed beside it; docs/benchmarks.md says to which.</text>"
        ),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def better_by(row: dict[str, Any]) -> float:
    """How many times better than its target; below 1 it is missed."""
    limit = float(row["target"].split()[1])
    figure = max(row["figure"], 1e-9)
    return limit / figure if row["target"].startswith("<=") else figure / limit


def _made(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "nothing was measured yet"
    newest = max(rows, key=lambda row: row["at"])
    return f"{newest['at'][:10]}, {newest['machine']}"


def _scale(height: int) -> list[str]:
    lines: list[str] = []
    for decade in range(_DECADES[0], _DECADES[1] + 1):
        x, name = _x(10.0**decade), "target" if decade == 0 else f"{10.0**decade:g}x"
        style = "target" if decade == 0 else "grid"
        lines.append(f'<line class="{style}" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 6}" y2="{height - 36}"/>')
        lines.append(f'<text class="quiet" x="{x:.1f}" y="{_TOP - 14}" text-anchor="middle">{name}</text>')
    return lines


def _bar(row: dict[str, Any], y: int) -> list[str]:
    start, end = sorted((_x(1.0), _x(better_by(row))))
    colour = _COLOURS.get(row["verdict"], "unsure")
    said = f"{row['number']}. {row['what']}"
    return [
        f'<text x="20" y="{y + 14}">{escape(said)}</text>',
        f'<text class="quiet" x="32" y="{y + 28}">beside {escape(row["beside"])}</text>',
        f'<rect class="{colour}" x="{start:.1f}" y="{y + 6}" width="{max(end - start, 2):.1f}" height="14" rx="2"/>',
        f'<text x="{_WIDTH - 12}" y="{y + 18}" text-anchor="end">{escape(_told(row))}</text>',
    ]


def _told(row: dict[str, Any]) -> str:
    unit = "x" if row["comparison"] == "ours / floor" else f" {row['unit']}"
    figure = f"{row['figure']:.3g}" if abs(row["figure"]) < 1000 else f"{row['figure']:,.0f}"
    return f"{figure}{unit} ({row['target'].replace('<=', '≤').replace('>=', '≥')})"


def _x(better: float) -> float:
    least, most = _DECADES
    place = (min(max(log10(better), least), most) - least) / (most - least)
    return _LEFT + place * (_WIDTH - _LEFT - _RIGHT)

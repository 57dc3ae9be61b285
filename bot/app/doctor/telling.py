"""How findings are told: a line each for people, what to do below it; or JSON for programs."""

import json
import textwrap
from collections.abc import Sequence

from bot.app.doctor.findings import Finding, State

WIDTH = 110
_STATE, _NAME = 11, 13
_INDENT = " " * (_STATE + _NAME)


def lines_of(finding: Finding, *, width: int = WIDTH) -> str:
    """State, name, what was seen; and below, behind an arrow, what to do."""
    head = f"{finding.state.value:<{_STATE}}{finding.name:<{_NAME}}"
    told = textwrap.wrap(finding.what, width, initial_indent=head, subsequent_indent=_INDENT, break_on_hyphens=False)
    if finding.fix is None:
        return "\n".join(told)
    do = textwrap.wrap(
        finding.fix, width, initial_indent=f"{_INDENT}→ ", subsequent_indent=f"{_INDENT}  ", break_on_hyphens=False
    )
    return "\n".join([*told, *do])


def summary_of(findings: Sequence[Finding]) -> str:
    """One sentence for the end."""
    to_repair = sum(one.state is State.FAILED for one in findings)
    to_look_at = sum(one.state is State.WARNING for one in findings)
    if to_repair:
        also = f", and {to_look_at} to look at" if to_look_at else ""
        return f"{to_repair} to put right{also}."
    if to_look_at:
        return f"Nothing has failed; {to_look_at} to look at."
    return "Everything that was looked at is well."


def as_json(findings: Sequence[Finding]) -> str:
    """`well` is the exit code in a word: nothing failed."""
    checks = [{"name": one.name, "state": one.state.value, "what": one.what, "fix": one.fix} for one in findings]
    well = all(one.state is not State.FAILED for one in findings)
    return json.dumps({"well": well, "checks": checks}, ensure_ascii=False, indent=2)

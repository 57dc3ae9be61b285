"""What `sayso doctor` does, once its words are parsed."""

import asyncio
from collections.abc import Callable

from bot.app.doctor.examination import Examination, Wishes, bad_settings
from bot.app.doctor.findings import Finding, State
from bot.app.doctor.telling import as_json, lines_of, summary_of
from bot.settings import BadSettings, DoctorSettings, check_values, read_settings


def visit(wishes: Wishes, *, is_json: bool, tell: Callable[[str], None], say: Callable[[str], None]) -> bool:
    """Look at everything, tell each line as soon as it is there, and say at the end whether nothing failed.

    As JSON everything is told at the end, at once. `say` is for what somebody has to do meanwhile.
    """
    findings = list[Finding]()

    def found(finding: Finding) -> None:
        findings.append(finding)
        if not is_json:
            tell(lines_of(finding))

    try:
        settings = read_settings(DoctorSettings)
        if wishes.url is not None:
            check_values({"SAYSO_URL": wishes.url})
    except BadSettings as problem:
        for finding in bad_settings(problem):
            found(finding)
    else:
        asyncio.run(Examination(settings, wishes, tell=found, say=say)())
    tell(as_json(findings) if is_json else f"\n{summary_of(findings)}")
    return all(finding.state is not State.FAILED for finding in findings)

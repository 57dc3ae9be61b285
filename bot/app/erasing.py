"""`sayso person erase`: what was found of a person, in words."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from bot.app.commands import with_erasure
from bot.policyfiles import load_policy, shipped_policies
from bot.services.erase_person import Erased
from bot.services.repositories.erasure import Trace
from bot.settings import Settings

_WORDS = {
    Trace.SESSIONS: "reasons of sessions",
    Trace.REQUESTS: "requests",
    Trace.AUDIT: "entries of the audit",
    Trace.DIGESTS: "digests",
    Trace.MUTES: "mutes",
    Trace.ASKED: "open questions to them",
    Trace.NOTICES: "messages to them",
    Trace.ABSENCES: "absences",
    Trace.AGENTS: "agents of theirs",
    Trace.PROBES: "test cards",
    Trace.SUMMARIES: "summaries for them",
    Trace.DIRECTIVES: "directives",
    Trace.TOKENS: "personal tokens",
    Trace.VOTES: "votes",
}


def erase_person(settings: Settings, slack_user_id: str, *, is_dry: bool, may: Callable[[str], bool]) -> str:
    """Take a person out of all that is kept, once `may` says yes to what was found. Raises InvalidField."""
    found = asyncio.run(with_erasure(settings, lambda erase: erase.look(slack_user_id)))
    told = "\n".join([_counted(found), *_warnings(settings, slack_user_id, found)])
    if is_dry or not sum(found.rows.values()):
        return told
    if not may(f"{told}\nPut “a former member” in their place everywhere? This cannot be undone."):
        return "Nothing was changed."
    done = asyncio.run(with_erasure(settings, lambda erase: erase(slack_user_id)))
    return f"{sum(done.rows.values())} rows name “a former member” now. What their votes decided stays as it was."


def _counted(found: Erased) -> str:
    counts = [f"  {count:>7} {_WORDS[trace]}" for trace, count in found.rows.items() if count]
    return "\n".join(["They are named in", *counts]) if counts else "Nothing names this person."


def _warnings(settings: Settings, slack_user_id: str, found: Erased) -> list[str]:
    warnings = [f"{', '.join(found.agents)}: nobody owns it any more. It goes on working."] if found.agents else []
    if slack_user_id in _policy_texts(settings.policies):
        warnings.append("The policy still names them, so they would be asked again: take them out of it first.")
    return warnings


def _policy_texts(path: Path | None) -> str:
    """The ids of everybody whom the policy names."""
    return " ".join(load_policy(path or shipped_policies()).people)

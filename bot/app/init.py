"""`sayso init`: the settings and the policy of a new server, as files to fill in."""

import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import NamedTemporaryFile

from bot.policyfiles import shipped_policies
from bot.settings import check_values

SETTINGS = ".env"
POLICIES = "policies"
_PLAIN = re.compile(r"[A-Za-z0-9_./:@?=&%+,~-]*")

_TEMPLATE = """\
# The settings of Sayso. `sayso` reads this file in the folder in which it starts; the environment goes before it.
# It holds secrets: keep it out of version control. `sayso doctor` says what is wrong with it.

# The bot's token, xoxb-…: “OAuth & Permissions” of your Slack app. Needed.
{SLACK_BOT_TOKEN}

# One of the next two is needed.
# Signed HTTP, where Slack reaches this server over https: the Signing Secret, on “Basic Information” of the Slack app.
{SLACK_SIGNING_SECRET}
# Socket Mode, where it cannot: an app-level token, xapp-…, with the scope connections:write, on the same page.
{SLACK_APP_TOKEN}

# Where everything is kept: a file on a disk that stays, or postgresql://USER:PASSWORD@HOST:PORT/NAME
{SAYSO_DATABASE_URL}

# Whether to ask, whom, how long. `sayso policy check` says what is wrong with it.
{SAYSO_POLICIES}

# The address to listen on, and the port. Hosting platforms set PORT by themselves.
{SAYSO_HOST}
{SAYSO_PORT}

# E-mail for operations, for the day Slack is down: smtp://USER:PASSWORD@HOST:PORT?from=ADDRESS, or smtps://…
{SAYSO_SMTP_URL}

# Where this server can be reached, for `sayso doctor` and for people's tools: https://sayso.example.com
{SAYSO_URL}
"""
_UNLESS_SAID = {"SAYSO_DATABASE_URL": "sqlite:///sayso.db", "SAYSO_HOST": "0.0.0.0", "SAYSO_PORT": "8080"}  # noqa: S104
_WANTED = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET")


_QUESTIONS = {
    "SLACK_BOT_TOKEN": "The bot's token, xoxb-… (Enter: later)",
    "SLACK_SIGNING_SECRET": "The Signing Secret, where Slack reaches this server over https (Enter: not, or later)",
    "SLACK_APP_TOKEN": "The app-level token for Socket Mode, xapp-… (Enter: later)",
}


class NotWritten(Exception):
    """What is in the way; nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What `write_files` did. `kept` were there and are as they were, `moved` got `.old` behind their name."""

    made: tuple[Path, ...]
    kept: tuple[Path, ...]
    moved: tuple[Path, ...]
    missing: tuple[str, ...]
    """Settings without which the server does not start."""

    def __str__(self) -> str:
        lines = [f"{path}  written" for path in self.made]
        lines += [f"{path}  was there already and is as it was" for path in self.kept]
        lines += [f"{path}  holds what was there before" for path in self.moved]
        return "\n".join([*lines, "", "Next:", *_numbered(self._steps())])

    def _steps(self) -> list[str]:
        policy = next(path for path in (*self.made, *self.kept) if path.name != SETTINGS)
        fill = [f"Put {' and '.join(self.missing)} into {SETTINGS}: it says where they are."] if self.missing else []
        return [
            "Create the Slack app from `sayso manifest --host NAME`, or from `sayso manifest --socket`.",
            *fill,
            f"Put your people, groups and channels into {policy}, then run `sayso policy check`.",
            "Invite the bot to the policy's channels: /invite @sayso",
            "Run `sayso serve`, and beside it `sayso doctor`: it looks at all of this and says what is wrong.",
        ]


def write_files(folder: Path, values: Mapping[str, str], *, is_forced: bool = False) -> Written:
    """Write `.env`, which only its owner may read, and the shipped policy. Each file is there whole or not at all.

    Nothing is overwritten: forced, what was there is kept beside it. Raises BadSettings and NotWritten.
    """
    given = {name: value.strip() for name, value in values.items() if value.strip()}
    check_values(given)
    settings = folder / SETTINGS
    if settings.exists() and not is_forced:
        raise NotWritten(
            f"{settings} is there already, and was left as it is. --force writes a new one and keeps it as .env.old."
        )
    made, kept, moved = list[Path](), list[Path](), list[Path]()
    try:
        (folder / POLICIES).mkdir(parents=True, exist_ok=True)
        for shipped in sorted(shipped_policies().glob("*.yaml")):
            target = folder / POLICIES / shipped.name
            if target.exists():
                kept.append(target)
            else:
                _write(target, shipped.read_text(), mode=0o644)
                made.append(target)
        policy = f"{POLICIES}/{(made or kept)[0].name}"
        if settings.exists():
            moved.append(Path(shutil.copy2(settings, _free_name(settings))))
        _write(settings, _settings_text({"SAYSO_POLICIES": policy, **given}), mode=0o600)
    except OSError as problem:
        raise NotWritten(f"{problem.filename or folder} cannot be written: {problem.strerror}.") from problem
    return Written(made=(settings, *made), kept=tuple(kept), moved=tuple(moved), missing=_missing(given))


def ask_missing(values: Mapping[str, str], ask: Callable[[str], str]) -> dict[str, str]:
    """The values with what a person answers for those that a server needs; an empty answer leaves it for later."""
    found = {name: value for name, value in values.items() if value}
    for name, question in _QUESTIONS.items():
        is_settled = name != "SLACK_BOT_TOKEN" and ("SLACK_SIGNING_SECRET" in found or "SLACK_APP_TOKEN" in found)
        if name not in found and not is_settled and (answer := ask(question).strip()):
            found[name] = answer
    return found


def _free_name(settings: Path) -> Path:
    names = (settings.with_name(f"{SETTINGS}.old{number if number > 1 else ''}") for number in count(1))
    return next(path for path in names if not path.exists())


def _missing(given: Mapping[str, str]) -> tuple[str, ...]:
    wanted = _WANTED[:1] if "SLACK_APP_TOKEN" in given else _WANTED
    return tuple(name for name in wanted if name not in given)


def _settings_text(values: Mapping[str, str]) -> str:
    """The template with these values; what has none is there as a comment, or empty where the server needs it."""
    lines = {name: f"# {name}={_UNLESS_SAID.get(name, '')}" for name in re.findall(r"{(\w+)}", _TEMPLATE)}
    lines |= {name: f"{name}=" for name in _missing(values)}
    lines |= {name: f"{name}={_quoted(value)}" for name, value in values.items()}
    return _TEMPLATE.format(**lines)


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _write(target: Path, text: str, *, mode: int) -> None:
    with NamedTemporaryFile("w", dir=target.parent, prefix=f".{target.name}.", delete=False, encoding="utf-8") as made:
        unfinished = Path(made.name)
        try:
            made.write(text)
            made.flush()
            os.fsync(made.fileno())
            unfinished.chmod(mode)
            unfinished.rename(target)
        finally:
            unfinished.unlink(missing_ok=True)


def _numbered(steps: list[str]) -> list[str]:
    return [f"  {number}. {step}" for number, step in enumerate(steps, 1)]

"""`sayso review ID --approve …`, as a script calls it: its output, its exit code."""

import asyncio
import json
import os
import pty
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.domain.vote import Verdict
from bot.settings import BadSettings
from bot.terminal.exits import Exit
from tests.integration.api.world import ANA, BO, DAN, Agent, Json, World

ROOT = Path(__file__).parents[3]


@dataclass
class Ended:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Shell:
    """A shell in which SAYSO_URL and SAYSO_TOKEN are set."""

    environment: dict[str, str]
    folder: Path

    async def sayso(self, *words: str, stdin: str = "", **settings: str) -> Ended:
        """What a command comes to, without the second that a process takes to start."""
        runner = CliRunner()
        result = await asyncio.to_thread(runner.invoke, cli, words, input=stdin, env={**self.environment, **settings})
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ended(result.exit_code, result.stdout, result.stderr)

    async def process(self, *words: str, stdin: str = "", **settings: str) -> Ended:
        """The same in a process of its own, through a pipe."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *words,
            cwd=self.folder,
            env={**self.environment, **settings},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate(stdin.encode())
        return Ended(process.returncode or 0, out.decode(), err.decode())


@pytest.fixture
async def shell(world: World, tmp_path: Path) -> Shell:
    token = await world.personal_tokens.add(ANA.id, "Ana")
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TZ": "UTC", "COLUMNS": "80"}
    return Shell({**kept, "SAYSO_URL": world.url, "SAYSO_TOKEN": token}, tmp_path)


async def outcome_of(agent: Agent, request: Json) -> Any:
    return (await agent.get(f"/v1/approvals/{request['id']}")).body["outcome"]


async def test_yes(agent: Agent, shell: Shell):
    request = await agent.ask()
    ended = await shell.sayso("review", request["id"], "--approve")
    assert (ended.code, await outcome_of(agent, request)) == (Exit.DONE, "approved")
    assert "Approved as asked by Ana" in ended.out
    assert "\x1b" not in ended.out


async def test_no_with_its_reason_and_json(agent: Agent, shell: Shell):
    request = await agent.ask()
    ended = await shell.sayso("review", request["id"], "--deny", "The DR cluster", "--then", "pause", "--json")
    assert (ended.code, ended.json["outcome"]) == (Exit.DONE, "denied")
    decision = (await agent.get(f"/v1/approvals/{request['id']}")).body["decision"]
    assert (decision["reason"], decision["control"]) == ("The DR cluster", "pause")


async def test_an_option_an_answer_and_changes(agent: Agent, shell: Shell):
    options = [{"id": "old", "label": "Older", "consequence": "312", "arguments": {"days": 365}}]
    choosing, answering = await agent.ask(options=options), await agent.ask(kind="clarification")
    editing = await agent.ask()
    assert (await shell.sayso("review", choosing["id"], "--choose", "old")).code == Exit.DONE
    assert (await shell.sayso("review", answering["id"], "--answer", "By date")).code == Exit.DONE
    ended = await shell.sayso("review", editing["id"], "--edit", "-", "--note", "shorter", stdin='{"days": 1}')
    assert ended.code == Exit.DONE
    assert [await outcome_of(agent, one) for one in (choosing, answering, editing)] == [
        "option_chosen",
        "answered",
        "modified",
    ]


async def test_something_dangerous_needs_a_yes_of_its_own(agent: Agent, shell: Shell):
    request = await agent.ask(impact={"reversible": False}, environment="prod")
    unsure = await shell.sayso("review", request["id"], "--approve", "--json")
    assert (unsure.code, await outcome_of(agent, request)) == (Exit.USAGE, None)
    assert "--yes" in unsure.json["problem"]["detail"]
    assert (await shell.sayso("review", request["id"], "--approve", "--yes")).code == Exit.DONE


async def test_too_late_is_another_code_than_not_allowed(world: World, agent: Agent, shell: Shell):
    request, live = await agent.ask(), await agent.ask("restart_db")
    await world.decide(request["id"], Verdict.DENY, by=BO)
    late = await shell.sayso("review", request["id"], "--approve", "--json")
    assert (late.code, late.json["problem"]["type"]) == (Exit.TOO_LATE, "urn:sayso:problem:already-closed")
    not_asked = await shell.sayso("review", live["id"], "--approve")
    assert (not_asked.code, not_asked.out) == (Exit.REFUSED, "")
    assert "that asks you. Nothing changed." in " ".join(not_asked.err.split())


async def test_a_revision_that_is_gone_is_refused(world: World, agent: Agent, shell: Shell):
    request = await agent.ask("transfer_money")
    await world.decide(request["id"], Verdict.MODIFY, by=BO, arguments={"days": 1})
    ended = await shell.sayso("review", request["id"], "--approve", "--yes", "--revision", "1", "--json")
    assert (ended.code, ended.json["problem"]["type"]) == (Exit.TOO_LATE, "urn:sayso:problem:stale-revision")


async def test_while_slack_is_down_a_group_is_told_to_try_again(world: World, agent: Agent, shell: Shell):
    request = await agent.ask("restart_db")
    token = await world.personal_tokens.add(DAN.id, "Dan")
    world.directory.is_down = True
    ended = await shell.sayso("review", request["id"], "--approve", SAYSO_TOKEN=token)
    assert ended.code == Exit.AWAY
    assert "Slack does not say at the moment who is in the group" in " ".join(ended.err.split())


async def test_the_inbox_for_a_script(agent: Agent, shell: Shell):
    request = await agent.ask()
    assert [item["id"] for item in (await shell.sayso("review", "--json")).json["items"]] == [request["id"]]
    piped = await shell.process("review")
    assert (piped.code, request["id"] in piped.out) == (Exit.DONE, True)
    shown = await shell.sayso("review", request["id"], "--json")
    assert shown.json["card"]["header"] == "Run delete_files?"


@pytest.mark.parametrize(
    "words",
    [
        ("review", "--approve"),
        ("review", "apr_1", "--approve", "--deny", "x"),
        ("review", "apr_1", "--edit", "nowhere"),
    ],
)
async def test_words_that_do_not_go_together(shell: Shell, words: tuple[str, ...]):
    assert (await shell.sayso(*words)).code == Exit.USAGE


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"SAYSO_URL": ""}, "SAYSO_URL: is not set"),
        ({"SAYSO_URL": "sayso.example"}, "SAYSO_URL: expected the server's address"),
        ({"SAYSO_TOKEN": ""}, "SAYSO_TOKEN: is not set"),
        ({"SAYSO_TOKEN": "sayso_1234"}, "SAYSO_TOKEN: expected a personal token"),
    ],
)
async def test_a_setting_that_is_wrong_is_named(shell: Shell, settings: dict[str, str], problem: str):
    with pytest.raises(BadSettings, match=problem) as wrong:
        await shell.sayso("review", **settings)
    assert "sayso_1234" not in str(wrong.value)


async def test_all_wrong_settings_are_told_at_once_and_nothing_else(shell: Shell):
    ended = await shell.process("review", SAYSO_URL="", SAYSO_TOKEN="")
    assert (ended.code, ended.out) == (Exit.FAILED, "")
    assert [line.split(":")[0].strip() for line in ended.err.splitlines()[1:]] == ["SAYSO_URL", "SAYSO_TOKEN"]


async def test_a_dead_token_and_a_server_that_is_away(world: World, shell: Shell):
    await world.personal_tokens.revoke(ANA.id)
    dead = await shell.sayso("review")
    assert (dead.code, "`sayso token add` makes a new one" in " ".join(dead.err.split())) == (Exit.FAILED, True)
    away = await shell.sayso("session", "pause", "tidy", SAYSO_URL="http://127.0.0.1:9")
    assert (away.code, "does not answer" in away.err) == (Exit.AWAY, True)


async def test_sessions_for_a_script(agent: Agent, shell: Shell):
    session = (await agent.post("/v1/sessions", {"goal": "Free disk space"})).body
    listed = await shell.sayso("session", "list", "--json")
    assert [one["id"] for one in listed.json] == [session["id"]]
    paused = await shell.sayso("session", "pause", "tidy", "Wait", "for", "the", "audit", "--json")
    assert (paused.code, paused.json["kind"], paused.json["text"]) == (Exit.DONE, "pause", "Wait for the audit")
    unsure = await shell.sayso("session", "stop", "tidy", "--json")
    assert (unsure.code, "--yes" in unsure.json["problem"]["detail"]) == (Exit.USAGE, True)
    assert (await shell.sayso("session", "stop", "tidy", "--yes")).code == Exit.DONE
    assert (await agent.get(f"/v1/sessions/{session['id']}")).body["state"] == "stopping"


async def test_a_real_terminal_with_colour_and_a_person(agent: Agent, shell: Shell):
    request = await agent.ask(impact={"reversible": False}, environment="prod", reason="\x1b]0;owned\x07")
    reader, writer = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "review",
        cwd=shell.folder,
        env={**shell.environment, "TERM": "xterm-256color"},
        stdin=writer,
        stdout=writer,
        stderr=writer,
    )
    os.close(writer)
    seen = ""
    for prompt, line in (("to quit:", ""), ("quit\r\n> ", "a"), ("to go on:", "yes")):
        seen = await _until(reader, seen, prompt)
        os.write(reader, f"{line}\n".encode())
    assert await process.wait() == Exit.DONE
    seen += await _rest(reader)
    assert await outcome_of(agent, request) == "approved"
    assert "\x1b[1;31mDangerous" in seen
    assert "]0;owned" in seen
    assert set(re.findall(r"\x1b[^\x1b]{1,2}", seen)) <= {"\x1b[0", "\x1b[1", "\x1b[2", "\x1b[9"} | set(
        re.findall(r"\x1b\[\d", seen)
    )


async def _until(reader: int, seen: str, prompt: str) -> str:
    while not seen.endswith(prompt) and prompt not in seen[-200:]:
        seen += (await asyncio.to_thread(os.read, reader, 4096)).decode()
    return seen


async def _rest(reader: int) -> str:
    seen = b""
    try:
        while chunk := await asyncio.to_thread(os.read, reader, 4096):
            seen += chunk
    except OSError:  # the other end is closed
        pass
    os.close(reader)
    return seen.decode()

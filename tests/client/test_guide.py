"""The loop that the guide for agents shows does what the guide says."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from sayso import Sayso, SessionStopped

from .agents_api import ScriptedServer, until

GUIDE = Path(__file__).parents[2] / "docs" / "agents.md"


class Backups:
    async def delete(self, pattern: str) -> str:
        return f"{pattern} is deleted"

    async def restore(self, request_id: str) -> str:
        return f"{request_id} is put back"


class Model:
    """Wants to delete, waits to be told, wants to delete again."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.may_think = asyncio.Event()

    async def __call__(self, messages: list[str]) -> dict[str, str]:
        self.messages = list(messages)
        if len(messages) > 1:
            await self.may_think.wait()
            self.may_think.clear()
        return {"pattern": "old/*"}


def shown() -> Any:
    (block,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(block, str(GUIDE), "exec"), names)
    return names["run"]


async def test_the_loop_of_the_guide_is_steered_undone_and_stopped(server: ScriptedServer, sayso: Sayso):
    server.decide_at_once = {"outcome": "approved"}
    model = Model()
    running = asyncio.create_task(shown()(sayso, model, Backups(), "Free disk space"))
    await until(lambda: len(model.messages) == 2)
    await server.say("steer", text="Leave the release branch alone", aim="step")
    await server.say("undo", request_id="apr_1")
    await server.until_heard()
    model.may_think.set()
    await until(lambda: len(model.messages) == 4)
    assert model.messages[:2] == ["Free disk space", "old/* is deleted"]
    assert model.messages[3].startswith("Ana corrects how you go about it: Leave the release branch alone")
    assert ("dir_2", "done", "apr_1 is put back") in server.reports
    await server.say("stop", state="stopping", text="Enough")
    await server.until_heard()
    model.may_think.set()
    with pytest.raises(SessionStopped, match="Enough"):
        await running
    assert server.reports[-1] == ("dir_3", "done", None)
    assert server.sessions["ses_1"]["state"] == "ended"

"""A client that somebody else's generator made from the OpenAPI document passes the loop (F3)."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.api.mount import PREFIX
from bot.api.openapi import document
from bot.api.routes import ROUTES
from bot.domain.vote import Verdict
from tests.integration.api.saying import say
from tests.integration.api.world import Agent, World

NAME = "generated_agents_client"
OPTIONS = f"--path openapi.json --config config.yaml --meta none --output-path {NAME} --fail-on-warning"


@pytest.fixture(scope="module", autouse=True)
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The package, importable under NAME. A warning of the generator fails: it means that something was left out."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "openapi.json").write_text(json.dumps(document(ROUTES, prefix=PREFIX)))
    (folder / "config.yaml").write_text("post_hooks: []\n")
    generator = Path(sys.executable).with_name("openapi-python-client")
    made = subprocess.run(
        [generator, "generate", *OPTIONS.split()],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    yield
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == NAME]:
        del sys.modules[name]


def part(name: str) -> Any:
    return importlib.import_module(f"{NAME}.{name}")


async def test_a_generated_client_asks_waits_redeems_the_claim_and_reports(world: World, agent: Agent):
    models = part("models")
    async with part("client").AuthenticatedClient(base_url=world.url, token=agent.key) as client:
        question = models.SubmitApproval.from_dict(
            {
                "action": {"name": "delete_files", "arguments": {"days": 3}},
                "impact": {"cost_usd": 0.25, "reversible": False},
                "options": [
                    {"id": "older", "label": "Only old ones", "arguments": {"days": 365}},
                    {"id": "cancel", "label": "Cancel", "proceed": False},
                ],
            }
        )
        submitted = await part("api.approvals.submit_approval").asyncio_detailed(
            client=client, body=question, idempotency_key="loop-1"
        )
        assert submitted.status_code == 202
        request_id = submitted.parsed.id
        await world.decide(request_id, Verdict.CHOOSE, option_id="older")

        closed = await part("api.approvals.read_approval").asyncio(request_id, client=client, wait=25)
        assert closed.outcome == models.Outcome.OPTION_CHOSEN
        assert closed.decision.action.arguments.to_dict() == {"days": 365}

        receipt = models.Acknowledge(holder="one", claim=closed.decision.claim)
        acknowledged = await part("api.approvals.acknowledge_approval").asyncio(request_id, client=client, body=receipt)
        assert acknowledged.delivery == models.Delivery.ACKNOWLEDGED

        report = models.Report(status=models.ResultStatus.SUCCEEDED, summary="312 files deleted")
        reported = await part("api.approvals.report_result").asyncio(request_id, client=client, body=report)
        assert reported.delivery == models.Delivery.SUCCEEDED


async def test_a_generated_client_reads_its_queue_and_runs_a_session(world: World, agent: Agent):
    models = part("models")
    async with part("client").AuthenticatedClient(base_url=world.url, token=agent.key) as client:
        session = await part("api.sessions.start_session").asyncio(
            client=client, body=models.StartSession(goal="order", environment=models.Environment.STAGING)
        )
        asked = await agent.ask(session_id=session.id)
        await world.decide(asked["id"])
        page = await part("api.callbacks.read_callbacks").asyncio(client=client, wait=1.5)
        (entry,) = page.entries
        await part("api.callbacks.acknowledge_callback").asyncio(entry.id, client=client)
        assert (await part("api.callbacks.read_callbacks").asyncio(client=client)).entries == []
        ended = await part("api.sessions.update_session").asyncio(
            session.id, client=client, body=models.UpdateSession(state="ended")
        )
        assert ended.state == models.SessionState.ENDED


async def test_a_generated_client_hears_a_directive_and_says_what_became_of_it(world: World, agent: Agent):
    models = part("models")
    async with part("client").AuthenticatedClient(base_url=world.url, token=agent.key) as client:
        session = await part("api.sessions.start_session").asyncio(client=client, body=models.StartSession())
        said = await say(world, session.id, "pause", text="Wait for the backup")
        read = await part("api.sessions.read_session").asyncio(session.id, client=client)
        (heard,) = read.directives
        assert (heard.id, heard.kind, heard.text, heard.try_) == (said.id, "pause", "Wait for the backup", 1)
        reported = await part("api.directives.report_directive").asyncio(
            heard.id, client=client, body=models.ReportDirective(state=models.DirectiveResult.DONE)
        )
        assert (reported.state, reported.directives) == ("done", [])


async def test_a_generated_client_understands_refusals(world: World, agent: Agent):
    async with part("client").AuthenticatedClient(base_url=world.url, token=agent.key) as client:
        refused = await part("api.approvals.read_approval").asyncio("apr_0", client=client)
    assert (refused.type_, refused.status) == ("urn:sayso:problem:not-found", 404)

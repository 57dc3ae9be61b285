"""Agents' callback addresses: brokers are asked, webhooks are left alone."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.app.doctor import State
from bot.domain.callback_address import CallbackAddress
from bot.services.work import Work
from tests.integration.doctor.ward import Ward
from tests.support.brokers import NatsServer, free_port

pytestmark = pytest.mark.parametrize("transport", ["http"])


async def address(ward: Ward, agent: str, url: str, *, is_stopped: bool = False) -> None:
    """What `sayso agent callbacks` keeps."""
    await ward.server.agents.add(agent, "U04CHEN")

    def save(work: Work) -> None:
        kept = work.agents.named(agent)
        assert kept is not None
        made = CallbackAddress(agent_id=kept.agent.id, url=url, secret="whsec_c2VjcmV0", created_at=work.now)
        work.addresses.save(replace(made, stopped_at=work.now) if is_stopped else made)

    await ward.server.store.run(save)


async def test_without_addresses_there_is_no_line(ward: Ward):
    await ward.server.agents.add("tidy", "U04CHEN")
    assert (await ward.visit()).of("callbacks") == []


async def test_a_webhook_is_not_called(ward: Ward):
    await address(ward, "tidy", f"http://127.0.0.1:{free_port()}/hook")
    (found,) = (await ward.visit()).of("callbacks")
    assert found.what == "1 agent has an address for callbacks"


async def test_a_broker_that_answers(ward: Ward, tmp_path: Path):
    broker = NatsServer(tmp_path)
    await broker.start()
    try:
        await address(ward, "tidy", broker.url)
        await address(ward, "shipper", broker.url)
        (found,) = (await ward.visit()).of("callbacks")
    finally:
        broker.kill()
    assert found.state is State.OK
    assert found.what == "2 agents have addresses for callbacks; brokers answered: 1"


async def test_a_broker_that_is_away_is_named_without_its_password(ward: Ward):
    await address(ward, "tidy", f"nats://me:geheim@127.0.0.1:{free_port()}")
    found = (await ward.visit()).failed("callbacks")
    assert found.what.startswith("tidy: nats://127.0.0.1:")
    assert "geheim" not in str(found)
    assert "sayso agent callbacks" in (found.fix or "")


async def test_an_address_that_wants_no_more(ward: Ward):
    await address(ward, "tidy", "https://agents.example.com/hook", is_stopped=True)
    visit = await ward.visit()
    (found,) = visit.of("callbacks")
    assert found.state is State.WARNING
    assert "wants no more" in found.what
    assert visit.is_well

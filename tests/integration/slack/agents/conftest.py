from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app.services import slack_services
from bot.localslack import LocalSlack
from bot.policyfiles import load_policy, shipped_policies
from bot.slack.desk import Desk
from bot.slack.directory import SlackDirectory
from bot.slack.gateway import SlackChat
from bot.slack.homes import Homes
from bot.slack.installation import Installation
from bot.slack.web import SlackApi
from bot.store.waiters import LocalWaiters
from tests.integration.slack.agents.floor import Floor
from tests.integration.slack.edges import Edge
from tests.support.database import KINDS, a_database
from tests.support.recording import Clock
from tests.world import World, a_store


@pytest.fixture(params=KINDS)
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    clock, waiters = Clock(), LocalWaiters()
    with a_database(request.param, tmp_path) as database:
        async with a_store(database.url, clock, waiters) as store:
            world = World(store, clock=clock, waiters=waiters)
            world.policies.policy = load_policy(shipped_policies())
            yield world


@pytest.fixture
def desk(desk: Desk, api: SlackApi, installation: Installation, world: World) -> Desk:
    """The real services in the place of those that only keep score."""
    services = slack_services(world, SlackDirectory(api, installation))
    homes = Homes(api, services.people, desk.telemetry, now=world.clock)
    return replace(desk, services=services, homes=homes, now=world.clock)


@pytest.fixture
def floor(slack: LocalSlack, api: SlackApi, installation: Installation, world: World, desk: Desk, edge: Edge) -> Floor:
    slack.acknowledge_within(10)  # a busy machine may be slow; that Slack waits three seconds is tried elsewhere
    return Floor(world, slack, desk, SlackChat(api, installation, now=world.clock))

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
from bot.slack.installation import Installation
from bot.slack.web import SlackApi
from tests.integration.slack.agents.floor import Floor
from tests.integration.slack.edges import Edge
from tests.world import World, a_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path / "sayso.db") as world:
        world.policies.policy = load_policy(shipped_policies())
        yield world


@pytest.fixture
def desk(desk: Desk, api: SlackApi, installation: Installation, world: World) -> Desk:
    """The real services in the place of those that only keep score."""
    return replace(desk, services=slack_services(world, SlackDirectory(api, installation)), now=world.clock)


@pytest.fixture
def floor(slack: LocalSlack, api: SlackApi, installation: Installation, world: World, desk: Desk, edge: Edge) -> Floor:
    return Floor(world, slack, desk, SlackChat(api, installation, now=world.clock))

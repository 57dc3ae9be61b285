"""Where agents work and people watch them in their Slack: real services on a real database, the practice Slack's people
and the policy that is shipped.
"""

from datetime import timedelta
from typing import Any

from bot.domain.action import Environment, Impact
from bot.domain.directive import Directive
from bot.domain.people import Agent
from bot.domain.request import ApprovalRequest
from bot.domain.session import Session
from bot.localslack import Answer, LocalSlack, View
from bot.localslack.message import Message
from bot.services.relay_notices import RelayNotices
from bot.slack.desk import Desk
from bot.slack.gateway import SlackChat
from tests.integration.slack.requests import CHANNEL, CHEN
from tests.world import World

GOAL = "Free disk space on the CI cache"
GIVEN_WAY = timedelta(seconds=3)
"""How long a channel or the workspace may be paced."""


class Floor:
    """Agents, people, and what both see."""

    def __init__(self, world: World, slack: LocalSlack, desk: Desk, chat: SlackChat) -> None:
        self.world, self.slack, self.desk, self._chat = world, slack, desk, chat
        self.agents: dict[str, Agent] = {}

    # The agents' side

    async def runs(self, name: str = "tidy", *, goal: str | None = GOAL, owner: str = CHEN) -> Session:
        """An agent starts a session."""
        if name not in self.agents:
            self.agents[name] = await self.world.agent(name, owner=owner)
        agent = self.agents[name]
        return await self.world.start_session(agent, goal=goal, environment=Environment.STAGING)

    async def asks(self, session: Session, name: str = "delete_files", **more: Any) -> ApprovalRequest:
        """Ana is asked, since it cannot be undone."""
        agent = self._agent_of(session)
        shape: dict[str, Any] = {"impact": Impact(summary="847 files", reversible=False)}
        return await self.world.ask(agent, name, session_id=session.id, **{**shape, **more})

    async def hears(self, session: Session) -> list[Directive]:
        """An answer to the agent carries what it still has to obey."""
        agent = self._agent_of(session)
        found = await self.world.open_directives(agent)
        await self.world.record_handed(agent, [one.id for one in found])
        return found

    async def obeys(self, session: Session, *, answer: str | None = None) -> None:
        """It does all it was told, and says so."""
        for directive in await self.hears(session):
            await self.world.obey(self._agent_of(session), directive.id, state="done", answer=answer)

    def _agent_of(self, session: Session) -> Agent:
        return next(agent for agent in self.agents.values() if agent.id == session.agent_id)

    # The people's side

    async def say(self, who: str, line: str, *, channel: str = CHANNEL) -> str:
        """Type a command; the private answer."""
        before = self._private(who)
        answer = await self.slack.command(who, channel, line)
        assert answer.ok, answer.error
        await self.settle()
        told = self._private(who)[len(before) :]
        return told[-1].text if told else ""

    async def press(self, who: str, message: Message, action_id: str) -> Answer:
        """Press a button of a message, as everybody or one person sees it."""
        answer = await self.slack.click(who, message.channel_id, message.ts, action_id=action_id)
        await self.settle()
        return answer

    async def submit(self, who: str, values: dict[str, Any] | None = None) -> Answer:
        answer = await self.slack.submit(who, self.modal(who).id, values or {})
        await self.settle()
        return answer

    def modal(self, who: str) -> View:
        view = self.slack.modal(who)
        assert view is not None
        return view

    def private(self, who: str) -> Message:
        """The last message that only this person sees."""
        return self._private(who)[-1]

    def _private(self, who: str) -> list[Message]:
        return self.slack.ephemerals(who)

    # What chat shows

    async def shown(self) -> None:
        """Let everything be shown that is promised, however it is paced."""
        relay = RelayNotices(
            self.world.store, self._chat, None, self.world.policies, self.world.telemetry, holder="relay-1"
        )
        while True:
            while await relay():
                pass
            due_at = await relay.next_due_at()
            if due_at is None or due_at - self.world.clock() > GIVEN_WAY:
                return
            self.world.clock.advance(max(due_at - self.world.clock(), timedelta()))

    async def card_of(self, session: Session, *, channel: str = CHANNEL) -> Message:
        """The session's card, as it is now."""
        await self.shown()
        (card,) = [each for each in self.slack.messages(channel) if not each.is_reply and _is_about(each, session.id)]
        return card

    async def card_of_request(self, request: ApprovalRequest) -> Message:
        await self.shown()
        return next(each for each in self.slack.messages(CHANNEL) if _is_about(each, request.id))

    async def settle(self) -> None:
        await self.desk.pending.drain(within=timedelta(seconds=5))


def labels_of(message: Message) -> list[str]:
    """What its buttons say."""
    return [button["text"]["text"] for button in buttons_of(message)]


def buttons_of(message: Message) -> list[dict[str, Any]]:
    rows = [block["elements"] for block in message.blocks or [] if block["type"] == "actions"]
    rows += [[block["accessory"]] for block in message.blocks or [] if "accessory" in block]
    return [button for row in rows for button in row]


def title_of(message: Message) -> str:
    return (message.blocks or [])[0]["text"]["text"]


def _is_about(message: Message, id: str) -> bool:
    return any(str(block.get("block_id", "")).startswith(f"{id}:") for block in message.blocks or [])

"""What agents ask in the stories and on the pictures. The questions of the demo are heard from its own scripts."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any, cast

from sayso import AgentSession, Sayso
from sayso.protocol import Option

from bot.demo import STORIES, Run

Json = dict[str, Any]
HOUR = 3600  # a wish that fits the ladder into an hour: 15 minutes for the first, 45 for the backup


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An action and what is said about it, as `Sayso.ask` takes them. `agent` is who asks."""

    agent: str
    action: str
    arguments: Json
    said: Json

    @property
    def title(self) -> str:
        """The act, as the card shows it."""
        return self.said["title"]

    def saying(self, **more: Any) -> "Question":
        """The same with something said differently, or in addition."""
        return replace(self, said={**self.said, **more})


class _Heard(Exception):
    def __init__(self, question: Question) -> None:
        super().__init__(question.title)
        self.question = question


class _Listener:
    """Stands in for the session of a script, and hears what it asks."""

    def __init__(self, agent: str) -> None:
        self._agent = agent

    async def ask(self, action: str, arguments: Json, **said: Any) -> None:
        raise _Heard(Question(agent=self._agent, action=action, arguments=arguments, said=said))

    async def alert(self, kind: str, text: str) -> None:
        """Not what we listen for."""


def question_of(agent: str) -> Question:
    """What an agent of the demo asks first."""
    story = next(story for story in STORIES if story.agent == agent)
    run = Run(cast(Sayso, None), cast(AgentSession, _Listener(agent)), story.goal, asyncio.sleep)
    asking = asyncio.new_event_loop()
    try:
        asking.run_until_complete(story.script(run))
    except _Heard as heard:
        return heard.question
    finally:
        asking.close()
    raise AssertionError(f"{agent} asks nothing")


TERMINATE, DELETE, DEPLOY, REFUND, ROTATE = map(question_of, ("costwatch", "tidy", "shipper", "teller", "keysmith"))

_HARMLESS: Json = {
    "reversible": True,
    "external_effects": False,
    "financial": False,
    "personal_data": False,
    "regulated": False,
    "environment": "staging",
}

MOVE = Question(
    agent="tidy",
    action="move_files",
    arguments={"from": "ci-cache/old", "to": "ci-archive/old", "max_age_days": 365},
    said={
        **_HARMLESS,
        "title": "Move 312 old test files to the archive",
        "impact": "312 files, 0.9 GB move from ci-cache to ci-archive.",
        "reason": "Not opened for a year. The cache disk is 94% full.",
        "goal": "Free disk space",
        "undo": "Move them back, takes 5 minutes.",
    },
)
"""Soft by policy: silence is consent."""

COPY = Question(
    agent="tidy",
    action="copy_files",
    arguments={"from": "logs/2037-10", "to": "log-archive/2037-10"},
    said={
        **_HARMLESS,
        "title": "Copy 40 log files to the archive",
        "reason": "Older than 30 days.",
        "undo": "Delete the copies, takes a minute.",
        "confidence": 0.97,
    },
)
"""Told, not asked."""

MAIL = Question(
    agent="mailer",
    action="send_email",
    arguments={
        "template": "new-prices-2038",
        "to": "list:all-customers",
        "api_key": "key-31f2c7",
        "headers": {"x-campaign": "prices-jan"},
    },
    said={
        "title": "Send “New prices from 1 January” to 48,200 customers",
        "impact": "48,200 people get an e-mail at once. It names prices.",
        "reason": "The new prices must be announced 40 days ahead.",
        "goal": "Announce the new prices",
        "reversible": False,
        "external_effects": True,
        "affected_count": 48_200,
        "environment": "prod",
        "confidence": 0.8,
        "uncertainties": ["No test mail was sent.", "312 addresses bounced last time."],
    },
)

SCOUT = Question(
    agent="scout",
    action="clean_up_customers",
    arguments={},
    said={
        "kind": "clarification",
        "title": "Which clean-up of the customer list do you mean?",
        "goal": "Clean up the customer list",
        "reason": "“Clean up” can mean duplicates or inactive customers. One is harmless, the other is not.",
        "options": [
            Option(
                id="merge", label="Merge the duplicates", consequence="1,204 pairs become one each. Nothing is deleted."
            ),
            Option(
                id="delete",
                label="Delete who was inactive for 2 years",
                consequence="8,930 customers. scout asks again before it deletes.",
            ),
            Option(id="both", label="Both, in this order", consequence="Merge first, then ask before deleting."),
        ],
    },
)
"""A question before the start."""

WINDOWS = Question(
    agent="dba",
    action="restart_database",
    arguments={"cluster": "orders-eu", "window": "now"},
    said={
        "title": "Restart the orders database",
        "impact": "About 40 seconds without new orders.",
        "reason": "A security update waits for a restart.",
        "goal": "Keep the databases patched",
        "reversible": False,
        "blast_radius": "service",
        "external_effects": False,
        "financial": False,
        "environment": "prod",
        "confidence": 0.9,
        "options": [
            Option(
                id=f"at-{hour}",
                label=f"Tonight at {hour:02d}:00",
                consequence=f"{orders} orders an hour are usual then.",
                arguments={"window": f"{hour:02d}:00"},
            )
            for hour, orders in ((1, 310), (2, 190), (3, 120), (4, 95))
        ]
        + [Option(id="never", label="Not this week", consequence="The update waits.", proceed=False)],
    },
)
"""More options than there are buttons for."""

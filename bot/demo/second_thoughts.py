"""An agent that takes its question back."""

import asyncio

from sayso import Sayso

from bot.demo.story import DEADLINE

SOLVES_ITSELF_AFTER = 45.0  # seconds


async def restart_search(sayso: Sayso) -> None:
    """Asks to restart the search, and withdraws when the search comes back by itself."""
    asked = await sayso.submit(
        "restart_search",
        {"cluster": "search-eu", "drain_seconds": 20},
        title="Restart the search index",
        reason="Answers took longer than 2 seconds for 10 minutes.",
        goal="Keep the search fast",
        impact="About 20 seconds without search.",
        reversible=True,
        undo="Nothing to undo; it starts with the same index.",
        blast_radius="service",
        external_effects=False,
        financial=False,
        personal_data=False,
        regulated=False,
        environment="prod",
        confidence=0.7,
        deadline_seconds=DEADLINE,
    )
    await asyncio.sleep(SOLVES_ITSELF_AFTER)
    await sayso.withdraw(asked.id, reason="Answers are fast again.")

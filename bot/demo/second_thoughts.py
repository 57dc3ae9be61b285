"""An agent that takes its question back."""

import asyncio

from bot.demo.story import Run

SOLVES_ITSELF_AFTER = 45.0  # seconds


async def restart_search(run: Run) -> None:
    """Asks to restart the search, and withdraws when the search comes back by itself."""
    asked = await run.submit(
        "restart_search",
        {"cluster": "search-eu", "drain_seconds": 20},
        title="Restart the search index",
        reason="Answers took longer than 2 seconds for 10 minutes.",
        impact="About 20 seconds without search.",
        reversible=True,
        blast_radius="service",
        external_effects=False,
        financial=False,
        personal_data=False,
        regulated=False,
        environment="prod",
        confidence=0.7,
    )
    change_of_mind = asyncio.ensure_future(_take_back(run, asked.id))
    try:
        decided = await run.sayso.wait(asked.id)
    finally:
        change_of_mind.cancel()
    await run.do(decided, "The search is back. It was away for 19 seconds.")


async def _take_back(run: Run, request_id: str) -> None:
    await run.sleep(SOLVES_ITSELF_AFTER)
    await run.sayso.withdraw(request_id, reason="Answers are fast again.")

"""Draws every state of a card from the real page: `python -m tests.browser.pictures docs/pictures`."""

import argparse
import asyncio
import logging
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from playwright.async_api import async_playwright

from bot.app import DEMO_NOTICE
from bot.telemetry import configure_logs
from tests.browser import (
    scenes_backlog,
    scenes_closed,
    scenes_digest,
    scenes_doctor,
    scenes_forms,
    scenes_home,
    scenes_page,
    scenes_pending,
    scenes_refusals,
    scenes_sessions,
)
from tests.browser.album import Album
from tests.browser.conftest import SWITCHES
from tests.browser.stage import Stage, stage

Scene = Callable[[Stage, Album], Awaitable[None]]
AT_ONCE = 2

SCENES: tuple[Scene, ...] = (
    scenes_pending.first_asked,
    scenes_pending.two_people,
    scenes_pending.soft,
    scenes_pending.told,
    scenes_pending.climbing,
    scenes_pending.linked,
    scenes_closed.approved,
    scenes_closed.chosen,
    scenes_closed.modified,
    scenes_closed.denied,
    scenes_closed.answered,
    scenes_closed.consented,
    scenes_closed.expired,
    scenes_closed.in_trouble,
    scenes_closed.not_delivered,
    scenes_closed.taken_back,
    scenes_forms.filled_in,
    scenes_forms.only_read,
    scenes_forms.overtaken,
    scenes_refusals.not_yours,
    scenes_refusals.twice,
    scenes_refusals.decided_before,
    scenes_refusals.changed_before,
    scenes_refusals.over_before,
    scenes_refusals.asked_anew_before,
    scenes_refusals.not_of_the_house,
    *scenes_home.SCENES,
    *scenes_sessions.SCENES,
    *scenes_digest.SCENES,
    *scenes_backlog.SCENES,
    scenes_doctor.visited,
    scenes_page.sheets,
)
"""Each is played on a stage of its own."""


async def draw(folder: Path, wanted: Sequence[str] = ()) -> list[str]:
    """Play the scenes and keep their pictures; their names. `wanted` names scenes, all of them when empty."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=SWITCHES)
        album, turns = Album(folder, browser), asyncio.Semaphore(AT_ONCE)

        async def play(scene: Scene, *, policies: Path | None = None, notice: str | None = None) -> None:
            if wanted and scene.__name__ not in wanted:
                return
            async with turns, stage(browser, policies=policies, notice=notice) as on_stage:
                await scene(on_stage, album)

        with tempfile.TemporaryDirectory(prefix="sayso-") as made:
            ends = await asyncio.gather(
                *map(play, SCENES),
                play(scenes_pending.own_copy, policies=scenes_pending.policy_with_copies(Path(made))),
                play(scenes_page.page, notice=DEMO_NOTICE),
                play(scenes_page.phone, notice=DEMO_NOTICE),
                return_exceptions=True,
            )
        await browser.close()
    troubles = [end for end in ends if isinstance(end, Exception)]
    if troubles:
        raise ExceptionGroup("some scenes could not be played", troubles)
    return album.names


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("scenes", nargs="*")
    wanted = parser.parse_args()
    configure_logs(sys.stderr, as_json=False)
    logging.getLogger().setLevel(logging.ERROR)
    names = asyncio.run(draw(wanted.folder, wanted.scenes))
    sys.stdout.write(f"{len(names)} pictures are in {wanted.folder}.\n")


if __name__ == "__main__":
    main()

"""What operations look at: is the process up, can it work, what did it do. No key is needed and nothing is told."""

import asyncio
from collections.abc import Mapping

from aiohttp import web

from bot.api.long_polls import LongPolls
from bot.api.services import Check, Probes
from bot.api.watching import traced
from bot.services.ports import Telemetry

CHECK_SECONDS = 3.0


def add_operations(app: web.Application, probes: Probes, polls: LongPolls, telemetry: Telemetry) -> None:
    """GET /healthz, /readyz and /metrics."""

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"status": "up"})

    async def readyz(_: web.Request) -> web.Response:
        found = await _looked_at(probes.checks, telemetry)
        if polls.is_ending:
            found["server"] = "is shutting down"
        is_ready = set(found.values()) <= {"ok"}
        answer = {"status": "ready" if is_ready else "not ready", "checks": found}
        return web.json_response(answer, status=200 if is_ready else 503)

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(
            body=probes.exposition(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )

    for path, handler in {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}.items():
        app.router.add_get(path, handler)


async def _looked_at(checks: Mapping[str, Check], telemetry: Telemetry) -> dict[str, str]:
    answers = await asyncio.gather(*(_answer(name, check, telemetry) for name, check in checks.items()))
    return dict(zip(checks, answers, strict=True))


async def _answer(name: str, check: Check, telemetry: Telemetry) -> str:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check() or "ok"
    except TimeoutError:
        return f"did not answer within {CHECK_SECONDS:g} s"
    except Exception as problem:  # a check that fails is the answer that was asked for
        telemetry.log("check_failed", check=name, **traced(problem))
        return f"failed ({type(problem).__name__})"

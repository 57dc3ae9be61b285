"""Puts the API on an aiohttp application beside whatever else it serves."""

import asyncio
import json

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.api.carrying import carrying
from bot.api.long_polls import LongPolls
from bot.api.openapi import document
from bot.api.operations import add_operations
from bot.api.pace import Pace, Pacer, StrangerPacer
from bot.api.route import by_place
from bot.api.routes import ROUTES
from bot.api.services import ApiServices, Probes
from bot.api.serving import handler_of
from bot.api.watching import watching

PREFIX = "/v1"


def add_api_routes(
    app: web.Application, services: ApiServices, probes: Probes, *, pace: Pace | None = None
) -> LongPolls:
    """Mount the API of agents and of people's tools below /v1, and /healthz, /readyz and /metrics beside it.

    What is below /v1 has a middleware of its own; no other route is touched. Returns those who wait: their number is
    a metric, and they are answered when the application shuts down (or earlier, by `answer_all`).
    """
    polls = LongPolls()
    pacer = Pacer(pace or Pace(), clock=_seconds)
    strangers = StrangerPacer(clock=_seconds)
    api = web.Application(middlewares=[carrying(services), watching(services.telemetry)])
    for (method, path), rows in by_place(ROUTES).items():
        api.router.add_route(method, path, handler_of(rows, services, pacer, strangers, polls))
    api.router.add_get("/openapi.json", _openapi())
    app.add_subapp(PREFIX, api)
    add_operations(app, probes, polls, services.telemetry)

    async def on_shutdown(_: web.Application) -> None:
        polls.answer_all()

    app.on_shutdown.append(on_shutdown)
    return polls


def _seconds() -> float:
    return asyncio.get_running_loop().time()


def _openapi() -> Handler:
    text = json.dumps(document(ROUTES, prefix=PREFIX), ensure_ascii=False).encode()

    async def openapi(_: web.Request) -> web.Response:
        return web.Response(body=text, content_type="application/json")

    return openapi

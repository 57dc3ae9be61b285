"""What a gate makes of a function: it asks before each call, runs it with what was decided, and reports."""

import functools
import inspect
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

from sayso.carriers import AsyncCarrier, BlockingCarrier
from sayso.core.dialogues import Dialogues
from sayso.core.permit import Gate, GateOptions, runs_when_called

P = ParamSpec("P")
R = TypeVar("R")


def gated(
    function: Callable[P, Coroutine[Any, Any, R]],
    options: GateOptions,
    carrier: AsyncCarrier,
    dialogues: Dialogues,
    *,
    before: Callable[[], Awaitable[None]] | None = None,
) -> Callable[P, Coroutine[Any, Any, R]]:
    """The gated coroutine function. `before` is awaited first, each time that it is called."""
    if not inspect.iscoroutinefunction(function):
        raise TypeError(f"{function!r} is no coroutine function; a SaysoSync gates the others")
    gate = Gate(function, options)

    @functools.wraps(function)
    async def asked_first(*args: P.args, **kwargs: P.kwargs) -> R:
        if before is not None:
            await before()
        permit = await carrier.run(gate.permit(dialogues, args, kwargs))
        try:
            result = await function(*permit.call.args, **permit.call.kwargs)
        except BaseException as problem:
            await carrier.run(gate.failed(dialogues, permit, problem))
            raise
        await carrier.run(gate.succeeded(dialogues, permit, result))
        return result

    return asked_first


def gated_blocking(
    function: Callable[P, R],
    options: GateOptions,
    carrier: BlockingCarrier,
    dialogues: Dialogues,
    *,
    before: Callable[[], None] | None = None,
) -> Callable[P, R]:
    """The gated function. `before` is called first, each time that it is called."""
    if not runs_when_called(function):
        raise TypeError(f"{function!r} does not run to its end when it is called; a Sayso gates coroutine functions")
    gate = Gate(function, options)

    @functools.wraps(function)
    def asked_first(*args: P.args, **kwargs: P.kwargs) -> R:
        if before is not None:
            before()
        permit = carrier.run(gate.permit(dialogues, args, kwargs))
        try:
            result = function(*permit.call.args, **permit.call.kwargs)
        except BaseException as problem:
            carrier.run(gate.failed(dialogues, permit, problem))
            raise
        carrier.run(gate.succeeded(dialogues, permit, result))
        return result

    return asked_first

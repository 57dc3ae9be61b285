"""A line to the server that can swallow answers: the request arrives, and what was said to it is lost."""

import asyncio
import contextlib

CHUNK = 65_536


class LossyLine:
    """Listens on a port of its own and passes everything on, until told to keep the answers to itself."""

    def __init__(self, port: int) -> None:
        self.swallows_answers = False
        self.swallowed = asyncio.Event()
        """Set once an answer was kept back."""
        self._to = port
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> str:
        """The address to use in place of the server's."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _carry(self, caller: asyncio.StreamReader, to_caller: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            server, to_server = await asyncio.open_connection("127.0.0.1", self._to)
            try:
                async with asyncio.TaskGroup() as both:
                    asking = both.create_task(self._pass_on(caller, to_server))
                    await self._answer(server, to_caller)
                    asking.cancel()
            finally:
                to_server.close()
        except (OSError, ExceptionGroup):
            pass  # the server is down: the caller finds the connection closed
        finally:
            self._tasks.discard(task)
            to_caller.close()

    async def _pass_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await source.read(CHUNK):
                sink.write(chunk)
                await sink.drain()

    async def _answer(self, server: asyncio.StreamReader, to_caller: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await server.read(CHUNK):
                if self.swallows_answers:
                    self.swallowed.set()
                    continue
                to_caller.write(chunk)
                await to_caller.drain()

"""LangGraph as its guide says: a node interrupts, and the graph is resumed with the decision. SQLite keeps the state.

Runs in an environment of its own (see peers.py) and imports nothing of ours.
"""

import asyncio
import json
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import TypedDict

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver  # pyright: ignore[reportMissingImports]
from langgraph.graph import END, START, StateGraph  # pyright: ignore[reportMissingImports]
from langgraph.types import Command, interrupt  # pyright: ignore[reportMissingImports]

AT_ONCE = 16


class State(TypedDict):
    decision: str


def ask(state: State) -> State:
    return {"decision": interrupt({"question": "Delete 847 old test files?"})}


async def cycle(graph, took: list[float]) -> None:
    thread = {"configurable": {"thread_id": uuid.uuid4().hex}}
    await graph.ainvoke({"decision": ""}, thread)
    began = time.perf_counter()
    result = await graph.ainvoke(Command(resume="approved"), thread)
    took.append(time.perf_counter() - began)
    assert result["decision"] == "approved"


async def cycles(graph, count: int, at_once: int) -> dict:
    left, took = iter(range(count)), []

    async def work() -> None:
        for _ in left:
            await cycle(graph, took)

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(at_once)))
    return {"per_second": count / (time.perf_counter() - began), "seconds": took}


async def main(mode: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncSqliteSaver.from_conn_string(str(Path(folder) / "graph.db")) as saver:
            await saver.conn.execute("PRAGMA journal_mode=WAL")
            await saver.conn.execute("PRAGMA synchronous=FULL")
            builder = StateGraph(State).add_node("ask", ask).add_edge(START, "ask").add_edge("ask", END)
            graph = builder.compile(checkpointer=saver)
            print(json.dumps({"ready": True}), flush=True)
            while line := await asyncio.to_thread(sys.stdin.readline):
                told = await cycles(graph, int(line), 1 if mode == "resume" else AT_ONCE)
                print(json.dumps(told), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))

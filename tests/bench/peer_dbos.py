"""DBOS as its guide says: a workflow waits in `recv`, and somebody `send`s it the decision. PostgreSQL keeps the state.

Runs in an environment of its own (see peers.py) and imports nothing of ours.
"""

import asyncio
import json
import sys
import time

from dbos import DBOS, SetWorkflowID  # pyright: ignore[reportMissingImports] - of its own environment

AT_ONCE = 16
resumed: dict[str, float] = {}


@DBOS.workflow()
async def ask(name: str) -> str:
    decision = await DBOS.recv_async("decision", timeout_seconds=60)
    resumed[name] = time.perf_counter()
    return decision


async def cycle(name: str, took: list[float]) -> None:
    with SetWorkflowID(name):
        handle = await DBOS.start_workflow_async(ask, name)
    if name.startswith("resume"):
        await asyncio.sleep(0.05)  # it waits by now, as an agent does whose person thinks
    began = time.perf_counter()
    await DBOS.send_async(name, "approved", "decision")
    assert await handle.get_result() == "approved"
    took.append(resumed.pop(name) - began)


async def cycles(mode: str, count: int, at_once: int) -> dict:
    left, took, stamp = iter(range(count)), [], time.time_ns()

    async def work() -> None:
        for number in left:
            await cycle(f"{mode}-{stamp}-{number}", took)

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(at_once)))
    return {"per_second": count / (time.perf_counter() - began), "seconds": took}


async def main(mode: str, url: str) -> None:
    DBOS(config={"name": "bench", "system_database_url": url, "run_admin_server": False, "log_level": "ERROR"})
    DBOS.launch()
    print(json.dumps({"ready": True}), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(await cycles(mode, int(line), 1 if mode == "resume" else AT_ONCE)), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))

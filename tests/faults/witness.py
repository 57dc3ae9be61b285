"""What agents were told: the half of the truth that is outside, to hold the record against."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import httpx


@dataclass(frozen=True, slots=True)
class Told:
    """A closed request, as an agent was handed it."""

    outcome: str
    decision_id: str
    claim: str | None
    action_digest: str
    option_id: str | None


class Witness:
    """Hears every answer that reaches an agent."""

    def __init__(self) -> None:
        self.submitted: set[str] = set()
        self.told: defaultdict[str, set[Told]] = defaultdict(set)

    def transport(self) -> httpx.AsyncBaseTransport:
        """For a client: it works as always, and this hears what comes back."""
        return _Overheard(self)

    def hear(self, answer: object) -> None:
        for approval in _approvals_in(answer):
            self.submitted.add(approval["id"])
            decision = approval.get("decision")
            if approval["state"] == "closed" and decision is not None:
                told = Told(
                    approval["outcome"],
                    decision["id"],
                    decision.get("claim"),
                    decision["digest"],
                    decision.get("option_id"),
                )
                self.told[approval["id"]].add(told)


class _Overheard(httpx.AsyncBaseTransport):
    def __init__(self, witness: Witness) -> None:
        self._witness, self._inner = witness, httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        if response.is_success and "json" in response.headers.get("Content-Type", ""):
            await response.aread()
            self._witness.hear(response.json())
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


def _approvals_in(answer: object) -> Iterator[dict[str, Any]]:
    if isinstance(answer, list):
        for each in cast(list[object], answer):
            yield from _approvals_in(each)
    elif isinstance(answer, dict):
        found = cast(dict[str, Any], answer)
        if str(found.get("id", "")).startswith("apr_") and "state" in found:
            yield found
        for each in found.values():
            yield from _approvals_in(each)

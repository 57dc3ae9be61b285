"""Decide from a program what agents ask: the client of people's tools, on a personal token.

    with Reviewer(url, token) as reviewer:
        for item in reviewer.inbox().items:
            review = reviewer.approval(item.id)
            reviewer.decide(review.id, Verdict.DENY, revision=review.revision, reason="Not on a Friday")

`AsyncReviewer` is the asynchronous twin. A token speaks for the person whom it was given to, so a program that
decides by itself decides in their name. Every error is a `PeopleError`.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from sayso.carriers import AsyncCarrier, BlockingCarrier
from sayso.core import reviewing
from sayso.people_errors import NotAnswered, NotDone, NotReadable, PeopleError
from sayso.protocol import (
    Control,
    Decide,
    Directive,
    DirectiveKind,
    Inbox,
    IssueDirective,
    OpenReview,
    Review,
    RunningSession,
    RunningSessions,
    SendingCallback,
    SteerAim,
    UndeliveredCallbacks,
    Verdict,
)

__all__ = [
    "AsyncReviewer",
    "NotAnswered",
    "NotDone",
    "NotReadable",
    "PeopleError",
    "Reviewer",
]

PAGE = 20


class AsyncReviewer:
    """A person's inbox, their word on requests, and their word to running agents.

    `transport` and `sleep` are for tests and unusual networks. Use it as a context manager, or call `close`.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._carrier = AsyncCarrier(url, token, transport=transport, sleep=sleep)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._carrier.close()

    async def inbox(self, *, after: str | None = None, limit: int = PAGE) -> Inbox:
        """What waits for this person, the oldest deadline first. `after` is the `next` of the page before."""
        return await self._carrier.run(reviewing.inbox(after=after, limit=limit).as_(Inbox))

    async def approval(self, approval_id: str) -> Review:
        """A request with its card. Reading decides nothing."""
        return await self._carrier.run(reviewing.approval(approval_id).as_(Review))

    async def open(self, approval_id: str, *, revision: int) -> Review:
        """Say that the person looks closely: where silence would have been consent, it no longer is."""
        body = reviewing.said(OpenReview, revision=revision)
        return await self._carrier.run(reviewing.look(approval_id, body).as_(Review))

    async def decide(
        self,
        approval_id: str,
        verdict: Verdict | str,
        *,
        revision: int,
        option_id: str | None = None,
        arguments: Mapping[str, Any] | None = None,
        text: str | None = None,
        reason: str | None = None,
        control: Control | str | None = None,
    ) -> Review:
        """One word about the revision that the person saw; counted when this returns, with the request as it is then.

        Raises NotDone when it changed nothing.
        """
        body = reviewing.said(
            Decide,
            verdict=verdict,
            revision=revision,
            option_id=option_id,
            arguments=arguments,
            text=text,
            reason=reason,
            control=control,
        )
        return await self._carrier.run(reviewing.decide(approval_id, body).as_(Review))

    async def sessions(
        self, *, name: str | None = None, after: str | None = None, limit: int = PAGE
    ) -> RunningSessions:
        """The sessions that have not ended, newest first; with `name` those that a person may mean by it."""
        return await self._carrier.run(reviewing.sessions(name=name, after=after, limit=limit).as_(RunningSessions))

    async def session(self, session_id: str) -> RunningSession:
        """One of them, also one that has ended."""
        return await self._carrier.run(reviewing.session(session_id).as_(RunningSession))

    async def direct(
        self,
        session_id: str,
        kind: DirectiveKind | str,
        *,
        text: str | None = None,
        aim: SteerAim | str | None = None,
        request_id: str | None = None,
    ) -> Directive:
        """Say a word to a running agent. It is on its way when this returns; read the session to follow it."""
        body = reviewing.said(IssueDirective, kind=kind, text=text, aim=aim, request_id=request_id)
        return await self._carrier.run(reviewing.direct(session_id, body).as_(Directive))

    async def undelivered(self) -> UndeliveredCallbacks:
        """What agents' addresses did not take, and this person may have sent again; the newest first."""
        return await self._carrier.run(reviewing.undelivered().as_(UndeliveredCallbacks))

    async def resend(self, callback_id: str) -> SendingCallback:
        """Have a callback sent once more, now, and for another day if need be. Raises NotDone if it cannot be."""
        return await self._carrier.run(reviewing.resend(callback_id).as_(SendingCallback))


class Reviewer:
    """The blocking twin of `AsyncReviewer`, for scripts and terminals."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._carrier = BlockingCarrier(url, token, transport=transport, sleep=sleep)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._carrier.close()

    def inbox(self, *, after: str | None = None, limit: int = PAGE) -> Inbox:
        """What waits for this person, the oldest deadline first. `after` is the `next` of the page before."""
        return self._carrier.run(reviewing.inbox(after=after, limit=limit).as_(Inbox))

    def approval(self, approval_id: str) -> Review:
        """A request with its card. Reading decides nothing."""
        return self._carrier.run(reviewing.approval(approval_id).as_(Review))

    def open(self, approval_id: str, *, revision: int) -> Review:
        """Say that the person looks closely: where silence would have been consent, it no longer is."""
        body = reviewing.said(OpenReview, revision=revision)
        return self._carrier.run(reviewing.look(approval_id, body).as_(Review))

    def decide(
        self,
        approval_id: str,
        verdict: Verdict | str,
        *,
        revision: int,
        option_id: str | None = None,
        arguments: Mapping[str, Any] | None = None,
        text: str | None = None,
        reason: str | None = None,
        control: Control | str | None = None,
    ) -> Review:
        """One word about the revision that the person saw; counted when this returns, with the request as it is then.

        Raises NotDone when it changed nothing.
        """
        body = reviewing.said(
            Decide,
            verdict=verdict,
            revision=revision,
            option_id=option_id,
            arguments=arguments,
            text=text,
            reason=reason,
            control=control,
        )
        return self._carrier.run(reviewing.decide(approval_id, body).as_(Review))

    def sessions(self, *, name: str | None = None, after: str | None = None, limit: int = PAGE) -> RunningSessions:
        """The sessions that have not ended, newest first; with `name` those that a person may mean by it."""
        return self._carrier.run(reviewing.sessions(name=name, after=after, limit=limit).as_(RunningSessions))

    def session(self, session_id: str) -> RunningSession:
        """One of them, also one that has ended."""
        return self._carrier.run(reviewing.session(session_id).as_(RunningSession))

    def direct(
        self,
        session_id: str,
        kind: DirectiveKind | str,
        *,
        text: str | None = None,
        aim: SteerAim | str | None = None,
        request_id: str | None = None,
    ) -> Directive:
        """Say a word to a running agent. It is on its way when this returns; read the session to follow it."""
        body = reviewing.said(IssueDirective, kind=kind, text=text, aim=aim, request_id=request_id)
        return self._carrier.run(reviewing.direct(session_id, body).as_(Directive))

    def undelivered(self) -> UndeliveredCallbacks:
        """What agents' addresses did not take, and this person may have sent again; the newest first."""
        return self._carrier.run(reviewing.undelivered().as_(UndeliveredCallbacks))

    def resend(self, callback_id: str) -> SendingCallback:
        """Have a callback sent once more, now, and for another day if need be. Raises NotDone if it cannot be."""
        return self._carrier.run(reviewing.resend(callback_id).as_(SendingCallback))

"""A reviewer approves small requests of one agent together. Each is checked and recorded by itself (D1)."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from bot.domain.decide import may_decide
from bot.domain.decision import Outcome
from bot.domain.digest import DigestPart
from bot.domain.errors import ClickRefused, DomainError, NotFound, NotSmall, StaleRevision
from bot.domain.people import Agent, Person
from bot.domain.request import ApprovalRequest
from bot.domain.small_requests import Small, is_small, small_of
from bot.domain.vote import Verdict, Word
from bot.services.decide_request import DecideRequest
from bot.services.digest_changes import part_of
from bot.services.membership import check_standing, is_asked, members_of
from bot.services.ports import Directory, Store
from bot.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallOnes:
    """What somebody may approve from a digest's reply now."""

    agent: Agent
    requests: tuple[Small, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """What became of one of them: its outcome (None below the quorum), or why it was not approved."""

    request_id: str
    title: str
    outcome: Outcome | None = None
    refusal: DomainError | None = None


class ListSmall:
    def __init__(self, store: Store, directory: Directory) -> None:
        self._store, self._directory = store, directory

    async def __call__(self, digest_id: str, agent_id: str, *, by: Person) -> SmallOnes:
        """Those that the reply lists, that are still small, and that this person may decide.

        Raises NotFound, NotAMember and DirectoryUnavailable.
        """
        await check_standing(self._directory, by)
        part, requests = await self._store.read(lambda work: _of_part(work, digest_id, agent_id))
        small = [request for request in requests if is_small(request) and await self._may_decide(request, by)]
        return SmallOnes(agent=part.agent, requests=tuple(small_of(request) for request in small))

    async def _may_decide(self, request: ApprovalRequest, by: Person) -> bool:
        members = await members_of(self._directory, [request.ruling], by, step=request.step)

        def check(work: Work) -> bool:
            with suppress(ClickRefused):
                may_decide(request, by, is_asked=is_asked(work, request, by, members))
                return True
            return False

        return await self._store.read(check)


class ApproveSmall:
    def __init__(self, store: Store, directory: Directory, decide: DecideRequest) -> None:
        self._store, self._directory, self._decide = store, directory, decide

    async def __call__(
        self, digest_id: str, agent_id: str, chosen: Iterable[tuple[str, int]], *, by: Person
    ) -> Sequence[Approved]:
        """Approve each of these revisions by itself; what became of each, in their order.

        Only what the reply lists and what is small now is approved: anything else is refused, whoever sent its id.
        Raises NotFound, NotAMember and StandingUnknown.
        """
        await check_standing(self._directory, by)
        part, requests = await self._store.read(lambda work: _of_part(work, digest_id, agent_id))
        listed = {request.id: request for request in requests}
        titles = {small.request_id: small.title for small in part.small}
        answers: list[Approved] = []
        for request_id, revision in dict(chosen).items():
            try:
                outcome = await self._approve(listed.get(request_id), request_id, revision, by)
                answers.append(Approved(request_id=request_id, title=titles[request_id], outcome=outcome))
            except DomainError as refusal:
                answers.append(Approved(request_id=request_id, title=titles.get(request_id, ""), refusal=refusal))
        return answers

    async def _approve(
        self, request: ApprovalRequest | None, request_id: str, revision: int, by: Person
    ) -> Outcome | None:
        if request is None:
            raise NotFound("request", request_id)
        if not request.is_closed:  # of a closed one people hear who decided it
            if revision != request.revision:
                raise StaleRevision(request, revision)
            if not is_small(request):
                raise NotSmall(request)
        decided = await self._decide(request_id, Word(verdict=Verdict.APPROVE, revision=revision), by=by)
        return decided.request.outcome


def _of_part(work: Work, digest_id: str, agent_id: str) -> tuple[DigestPart, list[ApprovalRequest]]:
    part = part_of(work.digests.get(digest_id), agent_id)
    return part, [work.requests.get(small.request_id) for small in part.small]

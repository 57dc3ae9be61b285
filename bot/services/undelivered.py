"""What agents' addresses did not take: for whoever may have it sent again."""

from dataclasses import dataclass

from bot.domain.card import act_of
from bot.domain.card_secrets import without_secrets
from bot.domain.people import Agent, Members, Person
from bot.domain.policy import Policy
from bot.domain.request import ApprovalRequest
from bot.domain.roles import Act, may
from bot.domain.sending import Sending
from bot.services.membership import check_standing, is_asked, members_of
from bot.services.ports import Directory, Policies, Store
from bot.services.work import Work

MOST_LISTED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """A callback on its way. `what` says in a line what it is about, without secrets."""

    sending: Sending
    agent: Agent
    what: str
    request: ApprovalRequest | None = None


class ListUndelivered:
    def __init__(self, store: Store, directory: Directory, policies: Policies) -> None:
        self._store, self._directory, self._policies = store, directory, policies

    async def __call__(self, *, by: Person) -> list[Undelivered]:
        """What failed or was parked and this person may have sent again, the newest first.

        Raises NotAMember and DirectoryUnavailable.
        """
        await check_standing(self._directory, by)
        found = await self._store.read(_look)
        policy = self._policies.current()
        unsure = [
            one.request for one in found if one.request and not may(Act.SEND_AGAIN, by, agent=one.agent, policy=policy)
        ]
        members: Members = {}
        for request in unsure:
            members = {**members, **await members_of(self._directory, [request.ruling], by, step=request.step)}
        return await self._store.read(lambda work: [one for one in found if _may_send(work, one, by, policy, members)])


def undelivered_of(work: Work, sending: Sending) -> Undelivered:
    agent = work.agents.get(sending.agent_id)
    if sending.request_id is not None:
        request = work.requests.get(sending.request_id)
        return Undelivered(sending=sending, agent=agent, what=act_of(without_secrets(request)), request=request)
    directive = work.directives.get(sending.directive_id or "")
    return Undelivered(sending=sending, agent=agent, what=f"{directive.kind} of session {directive.session_id}")


def _look(work: Work) -> list[Undelivered]:
    return [undelivered_of(work, one) for one in work.sendings.undelivered(agent_ids=None, limit=MOST_LISTED)]


def _may_send(work: Work, one: Undelivered, by: Person, policy: Policy, members: Members) -> bool:
    asked = one.request is not None and is_asked(work, one.request, by, members)
    return may(Act.SEND_AGAIN, by, agent=one.agent, policy=policy, is_asked=asked)

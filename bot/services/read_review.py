"""A request with its card, for a person who looks at it outside of chat."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.card import card_of
from bot.domain.card_parts import Card
from bot.domain.delivery import Delivery
from bot.domain.notice import NoticeKind
from bot.domain.people import Person
from bot.domain.request import ApprovalRequest
from bot.services.drawing import related_to
from bot.services.open_request import ReadRequest
from bot.services.ports import Directory, Store
from bot.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What is true at `now`, read at once. The request still holds its secrets; the card does not."""

    request: ApprovalRequest
    card: Card
    delivery: Delivery | None
    now: datetime


class ReadReview:
    def __init__(self, store: Store, directory: Directory) -> None:
        self._store, self._read_request = store, ReadRequest(store, directory)

    async def __call__(self, request_id: str, *, by: Person) -> Review:
        """The request as it is and the card that chat shows of it, for whoever may see it.

        The card has no controls for an owner who may not decide. Raises what ReadRequest raises.
        """
        await self._read_request(request_id, by=by)
        review = await self._store.read(lambda work: _review(work, request_id))
        request = review.request
        if by.id == request.agent.owner_slack_user_id and not request.ruling.may_approve_own:
            return replace(review, card=replace(review.card, controls=(), menu=()))
        return review


def _review(work: Work, request_id: str) -> Review:
    request = work.requests.get(request_id)
    delivery = work.deliveries.get(request_id)
    card = card_of(
        request,
        kind=NoticeKind.CARD,
        delivery=delivery,
        session=work.sessions.get(request.session_id),
        step=request.step,
        home_channel=None,
        related=related_to(work, request),
        sending=work.sendings.of_request(request.id) if request.is_closed else None,
        now=work.now,
    )
    return Review(request=request, card=card, delivery=delivery, now=work.now)

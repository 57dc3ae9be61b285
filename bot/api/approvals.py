"""Approval requests: asking, waiting, and the agent's side of what follows."""

from http import HTTPStatus

from sayso.protocol import Acknowledge, Report, ResultStatus, SubmitApproval, Withdraw

from bot.api.parameters import IDEMPOTENCY_KEY, WAIT
from bot.api.reading import worked_out
from bot.api.route import Answer, Incoming, NoBody
from bot.api.services import ApiServices
from bot.services.follow_decision import Followed
from bot.wire.answering import approval_of, newly_delivered
from bot.wire.asking import submission_of


async def submit(services: ApiServices, incoming: Incoming[SubmitApproval]) -> Answer:
    key = incoming.value(IDEMPOTENCY_KEY)
    submission = await worked_out(
        lambda: submission_of(incoming.body, sent=incoming.sent, idempotency_key=key), size=incoming.size
    )
    request, delivery = await services.submit_request(incoming.agent, submission)
    followed = Followed(request=request, delivery=delivery)
    if request.is_closed:
        return _answer(followed)
    return _answer(followed, status=HTTPStatus.ACCEPTED, location=f"/v1/approvals/{request.id}")


async def follow(services: ApiServices, incoming: Incoming[NoBody]) -> Answer:
    return _answer(
        await incoming.hold(
            lambda wait: services.follow_decision(incoming.agent, incoming.id, wait=wait), incoming.value(WAIT)
        )
    )


async def withdraw(services: ApiServices, incoming: Incoming[Withdraw]) -> Answer:
    return _answer(await services.withdraw_request(incoming.agent, incoming.id, reason=incoming.body.reason))


async def acknowledge(services: ApiServices, incoming: Incoming[Acknowledge]) -> Answer:
    body = incoming.body
    return _answer(
        await services.acknowledge_decision(incoming.agent, incoming.id, claim=body.claim, holder=body.holder)
    )


async def report(services: ApiServices, incoming: Incoming[Report]) -> Answer:
    succeeded = incoming.body.status is ResultStatus.SUCCEEDED
    return _answer(
        await services.report_result(incoming.agent, incoming.id, succeeded=succeeded, summary=incoming.body.summary)
    )


def _answer(followed: Followed, *, status: HTTPStatus = HTTPStatus.OK, location: str | None = None) -> Answer:
    request, delivery = followed.request, followed.delivery
    return Answer(
        body=approval_of(request, delivery),
        status=status,
        location=location,
        hands_over=newly_delivered([followed]),
        about=request.session_id,
    )

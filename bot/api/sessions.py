"""Sessions: start, read, heartbeat, end."""

from http import HTTPStatus

from sayso.protocol import StartSession, UpdateSession

from bot.api.parameters import IDEMPOTENCY_KEY, SEEN, WAIT
from bot.api.route import Answer, Incoming, NoBody
from bot.api.services import ApiServices
from bot.wire.answering import session_of
from bot.wire.asking import environment_of


async def start(services: ApiServices, incoming: Incoming[StartSession]) -> Answer:
    session = await services.start_session(
        incoming.agent,
        goal=incoming.body.goal,
        environment=environment_of(incoming.body.environment),
        origin=incoming.body.origin,
        idempotency_key=incoming.value(IDEMPOTENCY_KEY),
    )
    return Answer(
        body=session_of(session, incoming.agent),
        status=HTTPStatus.CREATED,
        location=f"/v1/sessions/{session.id}",
        about=session.id,
    )


async def read(services: ApiServices, incoming: Incoming[NoBody]) -> Answer:
    agent, session_id, seen = incoming.agent, incoming.id, incoming.value(SEEN)
    if incoming.value(WAIT):
        await services.hear_from_session(agent, session_id)  # whoever listens is alive
    followed = await incoming.hold(
        lambda wait: services.follow_session(agent, session_id, wait=wait, seen=seen), incoming.value(WAIT)
    )
    body = session_of(followed.session, agent, stamp=followed.stamp)
    return Answer(body=body, directives=followed.directives, about=session_id)


async def update(services: ApiServices, incoming: Incoming[UpdateSession]) -> Answer:
    is_end = incoming.body.state == "ended"
    act = services.end_session if is_end else services.hear_from_session
    return Answer(body=session_of(await act(incoming.agent, incoming.id), incoming.agent), about=incoming.id)

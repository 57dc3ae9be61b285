"""Alerts: what an agent wants people to see in the digest."""

from sayso.protocol import RaiseAlert

from bot.api.parameters import IDEMPOTENCY_KEY
from bot.api.route import Answer, Incoming
from bot.api.services import ApiServices
from bot.domain.json_text import sha256_of
from bot.wire.answering import alert_of


async def raise_alert(services: ApiServices, incoming: Incoming[RaiseAlert]) -> Answer:
    said = incoming.body
    alert = await services.raise_alert(
        incoming.agent,
        kind=said.kind,
        text=said.text,
        session_id=said.session_id,
        idempotency_key=incoming.value(IDEMPOTENCY_KEY),
        body_digest=sha256_of(incoming.sent),
    )
    return Answer(body=alert_of(alert), about=alert.session_id)

"""Messages as the relay sends them, for tests of what brokers make of them."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.sending import CallbackMessage

SECRET = "whsec_" + base64.b64encode(b"the newest secret of this agent.").decode()
OLD_SECRET = "whsec_" + base64.b64encode(b"the one before, for some hours..").decode()


def a_message(number: int = 1, *, agent_name: str = "nightly", size: int = 0, **changes: object) -> CallbackMessage:
    body = {"id": f"cbk_{number}", "kind": "decision", "text": "grün · ✓", "filling": "x" * size}
    message = CallbackMessage(
        id=f"cbk_{number}",
        agent_name=agent_name,
        kind="decision",
        body=json.dumps(body, ensure_ascii=False),
        secrets=(SECRET, OLD_SECRET),
        at=datetime.now(UTC),
    )
    return replace(message, **changes)

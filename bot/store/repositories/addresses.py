"""Where agents' callbacks are sent."""

from typing import Any

from sqlalchemy import bindparam, insert, select, update

from bot.domain.callback_address import CallbackAddress
from bot.store.gathering import Gathering
from bot.store.tables import CallbackAddressRow, table_of
from bot.store.turns import Turns

_addresses = table_of(CallbackAddressRow)
_GET = select(_addresses).where(_addresses.c.agent_id == bindparam("its_agent"))  # at every decision: built once


class Addresses:
    def __init__(self, connection: Gathering, turns: Turns) -> None:
        self._connection, self._turns = connection, turns

    def get(self, agent_id: str) -> CallbackAddress | None:
        self._turns.of_agent(agent_id)
        found = self._connection.first(_GET, its_agent=agent_id)
        return None if found is None else CallbackAddress(**found)

    def save(self, address: CallbackAddress) -> None:
        self._turns.of_agent(address.agent_id)
        self._connection.forget(_GET, address.agent_id)
        values: dict[str, Any] = {
            "url": address.url,
            "secret": address.secret,
            "previous_secret": address.previous_secret,
            "previous_until": address.previous_until,
            "stopped_at": address.stopped_at,
            "created_at": address.created_at,
        }
        is_its_own = _addresses.c.agent_id == address.agent_id
        if self._connection.execute(update(_addresses).where(is_its_own).values(**values)).rowcount == 0:
            self._connection.execute(insert(_addresses).values(agent_id=address.agent_id, **values))

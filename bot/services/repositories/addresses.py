"""Where agents' callbacks are sent."""

from typing import Protocol

from bot.domain.callback_address import CallbackAddress


class AddressRepository(Protocol):
    def get(self, agent_id: str) -> CallbackAddress | None:
        """None for an agent whose callbacks were never to be sent anywhere: it has no secret either."""
        ...

    def save(self, address: CallbackAddress) -> None:
        """Add it, or replace what is kept of it."""
        ...

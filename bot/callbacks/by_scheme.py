"""One sender for every kind of address: the URL's scheme chooses."""

from collections.abc import Mapping

from bot.domain.sending import CallbackMessage, Reply
from bot.services.ports import CallbackSender


class SenderByScheme:
    """Implements services.ports.CallbackSender."""

    def __init__(self, senders: Mapping[str, CallbackSender]) -> None:
        """`senders` by scheme; one sender may stand for several."""
        self._senders = dict(senders)

    async def send(self, message: CallbackMessage, *, url: str) -> Reply:
        scheme = url.partition(":")[0].lower()
        sender = self._senders.get(scheme)
        if sender is None:
            return Reply(problem=f"this server cannot send to {scheme}:// addresses")
        return await sender.send(message, url=url)

    async def close(self) -> None:
        for sender in dict.fromkeys(self._senders.values()):
            await sender.close()

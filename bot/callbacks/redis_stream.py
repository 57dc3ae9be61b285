"""Callbacks by Redis Streams. What is published there is a hint; the queue of `GET /callbacks` stays the truth."""

from bot.callbacks.brokers import SEND_SECONDS, BrokerSender


class RedisSender(BrokerSender):
    """Implements ports.CallbackSender for redis:// and rediss://."""

    def __init__(self, *, seconds: float = SEND_SECONDS) -> None:
        super().__init__(extra="redis", seconds=seconds)


async def reach(url: str) -> str | None:
    """Why nothing could be sent there now, in a sentence for people; None when it could. Publishes nothing."""
    sender = RedisSender()
    try:
        return await sender.reach(url)
    finally:
        await sender.close()

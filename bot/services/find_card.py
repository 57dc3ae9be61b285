"""Where a request is shown."""

from bot.domain.notice import NoticeRef
from bot.services.drawing import newest_card
from bot.services.ports import Store


class FindCard:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, request_id: str) -> NoticeRef | None:
        """Where the newest card of the request stands in a channel; None while it stands nowhere."""
        return await self._store.read(lambda work: newest_card(work, request_id))

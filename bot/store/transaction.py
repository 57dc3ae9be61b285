"""Work over one connection: what a transaction's function gets in its hand."""

from datetime import datetime

from sqlalchemy import Connection

from bot.store.repositories.agents import Agents
from bot.store.repositories.audit import Audit
from bot.store.repositories.deliveries import Callbacks, Deliveries
from bot.store.repositories.notices import Notices
from bot.store.repositories.requests import Requests
from bot.store.repositories.sessions import Sessions


class Transaction:
    """Implements services.work.Work. `topics` are announced by the runner after the commit."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.now = now
        self.topics: list[str] = []
        self.agents = Agents(connection)
        self.sessions = Sessions(connection, now)
        self.requests = Requests(connection, now)
        self.deliveries = Deliveries(connection, now)
        self.callbacks = Callbacks(connection, now)
        self.notices = Notices(connection, now)
        self.audit = Audit(connection)

    def wake(self, topic: str) -> None:
        self.topics.append(topic)

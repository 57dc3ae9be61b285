"""Work over one connection: what a transaction's function gets in its hand."""

from datetime import datetime

from sqlalchemy import Connection

from bot.store.repositories.absences import Absences
from bot.store.repositories.agents import Agents
from bot.store.repositories.alerts import Alerts
from bot.store.repositories.audit import Audit
from bot.store.repositories.deliveries import Callbacks, Deliveries
from bot.store.repositories.digests import Digests
from bot.store.repositories.directives import Directives
from bot.store.repositories.duties import Duties
from bot.store.repositories.notices import Notices
from bot.store.repositories.personal_tokens import PersonalTokens
from bot.store.repositories.requests import Requests
from bot.store.repositories.sessions import Sessions
from bot.store.turns import Turns


class Transaction:
    """Implements services.work.Work. `topics` are announced by the runner after the commit."""

    def __init__(self, connection: Connection, now: datetime, *, takes_turns: bool = False) -> None:
        turns = Turns(connection, are_taken=takes_turns)
        self.now = now
        self.topics: list[str] = []
        self.agents = Agents(connection)
        self.absences = Absences(connection, now)
        self.sessions = Sessions(connection, now, turns)
        self.requests = Requests(connection, now, turns)
        self.deliveries = Deliveries(connection, now, turns)
        self.callbacks = Callbacks(connection, now, turns)
        self.directives = Directives(connection, now, turns)
        self.notices = Notices(connection, now, turns)
        self.personal_tokens = PersonalTokens(connection)
        self.alerts = Alerts(connection, now, turns)
        self.digests = Digests(connection)
        self.duties = Duties(connection)
        self.audit = Audit(connection)

    def wake(self, topic: str) -> None:
        self.topics.append(topic)

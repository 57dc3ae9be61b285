"""Work over one connection: what a transaction's function gets in its hand."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.store.gathering import Gathering
from bot.store.repositories.absences import Absences
from bot.store.repositories.addresses import Addresses
from bot.store.repositories.agents import Agents
from bot.store.repositories.alerts import Alerts
from bot.store.repositories.audit import Audit
from bot.store.repositories.backlog import Backlogs
from bot.store.repositories.deliveries import Callbacks, Deliveries
from bot.store.repositories.digests import Digests
from bot.store.repositories.directives import Directives
from bot.store.repositories.duties import Duties
from bot.store.repositories.erasure import Erasure
from bot.store.repositories.notices import Notices
from bot.store.repositories.personal_tokens import PersonalTokens
from bot.store.repositories.probes import Probes
from bot.store.repositories.requests import Requests
from bot.store.repositories.retention import Retention
from bot.store.repositories.sendings import Sendings
from bot.store.repositories.sessions import Sessions
from bot.store.repositories.summaries import Summaries
from bot.store.turns import Turns


class Transaction:
    """Implements services.work.Work. `topics` are announced by the runner after the commit."""

    def __init__(self, connection: Connection, now: datetime, *, takes_turns: bool = False) -> None:
        turns = Turns(connection, are_taken=takes_turns)
        gathering = self._gathering = Gathering(connection)
        self.now = now
        self.topics: list[str] = []
        self.agents = Agents(gathering)
        self.absences = Absences(gathering, now)
        self.sessions = Sessions(gathering, now, turns)
        self.requests = Requests(gathering, now, turns)
        self.deliveries = Deliveries(gathering, now, turns)
        self.callbacks = Callbacks(gathering, now, turns)
        self.addresses = Addresses(gathering, turns)
        self.sendings = Sendings(gathering, now, turns)
        self.directives = Directives(gathering, now, turns)
        self.notices = Notices(gathering, now, turns)
        self.backlog = Backlogs(gathering, now)
        self.summaries = Summaries(gathering, now, turns)
        self.personal_tokens = PersonalTokens(gathering)
        self.alerts = Alerts(gathering, now, turns)
        self.digests = Digests(gathering)
        self.duties = Duties(gathering)
        self.audit = Audit(gathering)
        self.retention = Retention(gathering, now, turns)
        self.erasure = Erasure(gathering, now, turns)
        self.probes = Probes(gathering)

    def together(self, request_ids: Sequence[str]) -> None:
        if not self._gathering.begin():
            return
        self.requests.read_together(request_ids)
        self.deliveries.read_together(request_ids)
        self.backlog.read_together(request_ids)

    def send(self) -> None:
        """Write what was gathered; the runner does, before it commits. Raises LostRace."""
        self._gathering.send()

    def wake(self, topic: str) -> None:
        self.topics.append(topic)

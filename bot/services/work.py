"""What a transaction can reach: repositories over one connection, the time, and wake-ups for after the commit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.services.repositories.absences import AbsenceRepository
from bot.services.repositories.addresses import AddressRepository
from bot.services.repositories.agents import AgentRepository
from bot.services.repositories.alerts import AlertRepository
from bot.services.repositories.audit import AuditRepository
from bot.services.repositories.backlog import BacklogRepository
from bot.services.repositories.callbacks import CallbackRepository
from bot.services.repositories.deliveries import DeliveryRepository
from bot.services.repositories.digests import DigestRepository
from bot.services.repositories.directives import DirectiveRepository
from bot.services.repositories.duties import DutyRepository
from bot.services.repositories.erasure import ErasureRepository
from bot.services.repositories.notices import NoticeRepository
from bot.services.repositories.personal_tokens import PersonalTokenRepository
from bot.services.repositories.probes import ProbeRepository
from bot.services.repositories.requests import RequestRepository
from bot.services.repositories.retention import RetentionRepository
from bot.services.repositories.sendings import SendingRepository
from bot.services.repositories.sessions import SessionRepository
from bot.services.repositories.summaries import SummaryRepository


class Work(Protocol):
    """One transaction. `now` is the same for all of it."""

    @property
    def now(self) -> datetime: ...
    @property
    def agents(self) -> AgentRepository: ...
    @property
    def absences(self) -> AbsenceRepository: ...
    @property
    def sessions(self) -> SessionRepository: ...
    @property
    def requests(self) -> RequestRepository: ...
    @property
    def deliveries(self) -> DeliveryRepository: ...
    @property
    def directives(self) -> DirectiveRepository: ...
    @property
    def callbacks(self) -> CallbackRepository: ...
    @property
    def addresses(self) -> AddressRepository: ...
    @property
    def sendings(self) -> SendingRepository: ...
    @property
    def notices(self) -> NoticeRepository: ...
    @property
    def backlog(self) -> BacklogRepository: ...
    @property
    def summaries(self) -> SummaryRepository: ...
    @property
    def personal_tokens(self) -> PersonalTokenRepository: ...
    @property
    def alerts(self) -> AlertRepository: ...
    @property
    def digests(self) -> DigestRepository: ...
    @property
    def duties(self) -> DutyRepository: ...
    @property
    def audit(self) -> AuditRepository: ...
    @property
    def retention(self) -> RetentionRepository: ...
    @property
    def erasure(self) -> ErasureRepository: ...
    @property
    def probes(self) -> ProbeRepository: ...

    def together(self, request_ids: Sequence[str]) -> None:
        """The same is about to be done to all of these requests: they are read at once, and what is written about
        them is written at once, before anything else is read or at the end.
        """
        ...

    def wake(self, topic: str) -> None:
        """Announce the topic to its waiters once this transaction is committed."""
        ...

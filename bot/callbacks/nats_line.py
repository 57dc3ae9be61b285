"""A connection to NATS JetStream. The only file that imports nats-py, which is the extra `nats`."""

import asyncio
import re
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import nats.errors
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import APIError, NoStreamResponseError, ServiceUnavailableError
from nats.js.errors import Error as JetStreamError

from bot.callbacks.broker_url import NATS_PREFIX, BrokerUrl
from bot.callbacks.brokers import BrokerProblem, no_connection
from bot.callbacks.signing import signature_headers
from bot.domain.sending import CallbackMessage

STREAM = StreamConfig(
    name="SAYSO",
    description="Decisions and directives for agents, as hints: the queue of GET /v1/callbacks is the truth.",
    subjects=[f"{NATS_PREFIX}.>"],
    retention=RetentionPolicy.LIMITS,
    storage=StorageType.FILE,
    discard=DiscardPolicy.OLD,
    max_age=timedelta(days=7).total_seconds(),
    max_msgs_per_subject=100_000,  # one agent's flood pushes out nothing of another's
    duplicate_window=timedelta(hours=1).total_seconds(),  # as far apart as the first few tries are
)
"""Created where it is missing. One that exists is never altered: it may be somebody's, with limits of their own."""

_CONNECT_SECONDS = 2
_ANSWER_SECONDS = 4  # shorter than a sending may take, so that it ends with what was heard beside the answer
_CLOSE_SECONDS = 0.5
_KNOWN_STREAM = 10058  # JetStream's number for: there is one of this name, set up differently
_NOBODY_LISTENS = "takes no JetStream messages; start the server with -js, or switch JetStream on for this account"


def line_to(address: BrokerUrl) -> "NatsLine":
    """A line that is not open yet."""
    return NatsLine(address)


_SAYS_LITTLE = (
    nats.errors.NoServersError,
    nats.errors.ConnectionClosedError,
    nats.errors.StaleConnectionError,
    TimeoutError,
)
"""Errors behind which the server may have said more, beside its answers."""


class NatsLine:
    """Implements brokers.Line.

    nats-py's own reconnecting stays off: it would keep what is published meanwhile and send it at some time, and a
    caller would wait. Here a lost connection is opened anew by the next sending.
    """

    def __init__(self, address: BrokerUrl) -> None:
        self._address = address
        self._client: Client | None = None
        self._opening = asyncio.Lock()
        self._heard: Exception | None = None
        self._asked = set[asyncio.Timeout]()  # whoever waits for an answer

    async def publish(self, message: CallbackMessage) -> None:
        """The PubAck says that the message is in a stream, or was there already under its id."""
        subject = self._address.subject_of(message.agent_name)
        headers = signature_headers(message) | {"Nats-Msg-Id": f"{message.id}.{message.occasion}"}
        self._heard = None
        try:
            stream = await self._jetstream()
            async with self._while_connected():
                await self._put(stream, subject, message, headers)
        except (nats.errors.Error, OSError, ValueError, TypeError) as problem:  # ValueError, TypeError: no PubAck
            raise self._told(problem, subject) from problem

    async def look(self) -> None:
        try:
            stream = await self._jetstream()
            async with self._while_connected():
                await stream.account_info()
        except TimeoutError as silent:
            if not _is_forbidden(self._heard):  # it may be allowed no more than to publish: a sending will tell
                raise self._told(silent, "it") from silent
        except (nats.errors.Error, OSError) as problem:
            raise self._told(problem, f"{self._address.place or NATS_PREFIX}.>") from problem

    def explain(self) -> str | None:
        return _why(self._heard, "it") if self._heard else None

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await _close(client)

    async def _jetstream(self) -> JetStreamContext:
        return JetStreamContext(await self._connected(), timeout=_ANSWER_SECONDS)

    async def _connected(self) -> Client:
        async with self._opening:
            if self._client is None or not self._client.is_connected:
                await self.close()
                self._client = await self._open()
            return self._client

    async def _open(self) -> Client:
        address, client = self._address, Client()
        tls = _Witness() if address.is_encrypted else None
        try:
            await client.connect(
                [f"nats://{place}" for place in address.places],
                name="sayso",
                allow_reconnect=False,
                max_reconnect_attempts=1,
                reconnect_time_wait=0,
                connect_timeout=_CONNECT_SECONDS,
                error_cb=self._hear,
                closed_cb=self._lose,
                tls=tls,
                user=address.user if tls is None else tls.guarding(address.user),
                password=address.password if tls is None else tls.guarding(address.password),
                token=address.token if tls is None else tls.guarding(address.token),
            )
            if tls is not None:
                tls.demand()
        except BaseException:
            await _close(client)
            raise
        return client

    async def _put(
        self, stream: JetStreamContext, subject: str, message: CallbackMessage, headers: dict[str, str]
    ) -> None:
        body = message.body.encode()
        try:
            await stream.publish(subject, body, timeout=_ANSWER_SECONDS, headers=headers)
        except NoStreamResponseError:
            await self._create_stream(stream, subject)
            await stream.publish(subject, body, timeout=_ANSWER_SECONDS, headers=headers)

    async def _create_stream(self, stream: JetStreamContext, subject: str) -> None:
        """Two replicas may both create it: the same stream again is no error to JetStream."""
        if not subject.startswith(f"{NATS_PREFIX}."):
            raise BrokerProblem(f"{self._address.shown}: no stream takes the subject {subject}; create one there")
        try:
            await stream.add_stream(STREAM)  # pyright: ignore[reportUnknownMemberType] - its keywords have no types
        except APIError as refused:
            if refused.err_code != _KNOWN_STREAM:
                raise
            raise BrokerProblem(
                f"{self._address.shown}: the stream {STREAM.name} is there and does not take the subject {subject}; "
                f"add {NATS_PREFIX}.> to its subjects"
            ) from refused

    @asynccontextmanager
    async def _while_connected(self) -> AsyncGenerator[None]:
        """Raises TimeoutError as soon as the connection is lost: nats-py itself would wait on for an answer."""
        async with asyncio.timeout(None) as asked:
            self._asked.add(asked)
            try:
                yield
            finally:
                self._asked.discard(asked)

    async def _lose(self) -> None:
        now = asyncio.get_running_loop().time()
        while self._asked:
            self._asked.pop().reschedule(now)

    async def _hear(self, problem: Exception) -> None:
        """What the server says beside the answers: that a connection failed, that a subject is not allowed."""
        self._heard = problem

    def _told(self, problem: Exception, subject: str) -> BrokerProblem:
        cause = self._heard if isinstance(problem, _SAYS_LITTLE) and self._heard else problem
        return BrokerProblem(f"{self._address.shown}: {_why(cause, subject)}")


class _Witness(ssl.SSLContext):
    """Knows whether it was used: a server that offers no TLS, or a go-between that hides it, gets neither password nor
    message. nats-py itself would go on in the clear.
    """

    def __new__(cls) -> "_Witness":
        return super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)

    def __init__(self) -> None:
        self.load_default_certs()
        self._is_used = False

    def wrap_bio(self, *args: object, **kwargs: object) -> ssl.SSLObject:
        self._is_used = True
        return super().wrap_bio(*args, **kwargs)  # pyright: ignore[reportArgumentType] - passed on as they come

    def demand(self) -> None:
        """Raises nats.errors.Error when nothing is encrypted."""
        if not self._is_used:
            raise nats.errors.SecureConnWantedError

    def guarding(self, secret: str | None) -> Callable[[], str] | None:
        """What hands out the secret to an encrypted connection only."""

        def hand_out() -> str:
            self.demand()
            return secret or ""

        return None if secret is None else hand_out


async def _close(client: Client) -> None:
    try:
        async with asyncio.timeout(_CLOSE_SECONDS):
            await client.close()
    except TimeoutError:
        return  # nats-py waits for a goodbye, for ever where TLS failed; the socket is closed


def _why(problem: Exception, subject: str) -> str:
    match problem:
        case nats.errors.MaxPayloadError():
            return "the message is larger than this server takes; raise its max_payload"
        case ServiceUnavailableError() | NoStreamResponseError() | nats.errors.NoRespondersError():
            return _NOBODY_LISTENS
        case APIError():
            return f"JetStream says: {problem.description or problem.code}"
        case JetStreamError():
            return f"JetStream says: {problem.description or type(problem).__name__}"
        case nats.errors.ConnectionClosedError() | nats.errors.StaleConnectionError():
            return no_connection(problem)
        case TimeoutError():
            return "no answer from the broker"
        case nats.errors.Error():
            return _server_said(str(problem), subject)
        case OSError():
            return no_connection(problem)
        case _:
            return f"something that is not JetStream answers on {subject}"


def _is_forbidden(problem: Exception | None) -> bool:
    return problem is not None and "permissions violation" in str(problem).lower()


def _server_said(text: str, subject: str) -> str:
    """The server's -ERR, in our words where we know it."""
    said = text.removeprefix("nats: ").strip("' ")
    quoted = re.search(r'"([^"]+)"', said)
    known = {
        "authorization violation": "the broker does not take this user and password, or token",
        "authorization failed": "the broker does not take this user and password, or token",
        "permissions violation": f"the broker does not allow this user to use {quoted[1] if quoted else subject}",
        "secure connection not available": "the broker offers no TLS there",
    }
    words = next((words for begins, words in known.items() if said.lower().startswith(begins)), None)
    return words or f"the broker says: {said[:200]}"

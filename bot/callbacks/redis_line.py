"""A connection to Redis Streams. The only file that imports redis-py, which is the extra `redis`."""

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import TimeoutError as NoAnswer
from redis.typing import EncodableT, FieldT

from bot.callbacks.broker_url import REDIS_PREFIX, BrokerUrl
from bot.callbacks.brokers import SEND_SECONDS, BrokerProblem, no_connection
from bot.callbacks.signing import signature_headers
from bot.domain.sending import CallbackMessage

KEPT = 10_000
"""Of each stream, about so many entries are kept, the newest."""
_CONNECT_SECONDS = 2.0


def line_to(address: BrokerUrl) -> "RedisLine":
    """A line that is not open yet."""
    return RedisLine(address)


class RedisLine:
    """Implements brokers.Line. redis-py opens a lost connection anew; what was in flight then is ours to send again."""

    def __init__(self, address: BrokerUrl) -> None:
        self._address = address
        ((host, port),) = address.hosts
        self._client = Redis(
            host=host,
            port=port,
            db=address.database,
            username=address.user,
            password=address.password,
            ssl=address.is_encrypted,
            socket_timeout=SEND_SECONDS,
            socket_connect_timeout=_CONNECT_SECONDS,
            # Once more at once, for a kept connection that the broker has closed; all else is the relay's to try again.
            retry=Retry(NoBackoff(), 1, supported_errors=(NotConnected,)),
        )

    async def publish(self, message: CallbackMessage) -> None:
        """An answer lost on its way means that the entry comes twice: a stream has no memory for ids."""
        signed = signature_headers(message)
        fields: dict[FieldT, EncodableT] = {
            "id": message.id,
            "type": message.kind,
            "timestamp": signed["webhook-timestamp"],
            "body": message.body,
            "signature": signed["webhook-signature"],
        }
        stream = self._address.stream_of(message.agent_name)
        try:
            await self._client.xadd(stream, fields, maxlen=KEPT, approximate=True)
        except (RedisError, OSError) as problem:
            raise self._told(problem, stream) from problem

    async def look(self) -> None:
        stream = self._address.place
        found: bytes | str = b"none"
        try:
            await self._client.ping()  # pyright: ignore[reportUnknownMemberType] - its keywords have no types
            if stream:
                found = await self._client.type(stream)
        except NoPermissionError:
            return  # logged in, and allowed no more than to write, perhaps: a sending will tell
        except (RedisError, OSError) as problem:
            raise self._told(problem, stream or f"{REDIS_PREFIX}:*") from problem
        if found not in (b"none", b"stream"):
            raise BrokerProblem(f"{self._address.shown}: {stream} is there and is no stream")

    def explain(self) -> str | None:
        return None

    async def close(self) -> None:
        await self._client.aclose()

    def _told(self, problem: Exception, stream: str) -> BrokerProblem:
        return BrokerProblem(f"{self._address.shown}: {_why(problem, stream)}")


def _why(problem: Exception, stream: str) -> str:
    match problem:
        case AuthenticationError():
            return "the broker does not take this user and password"
        case NoPermissionError():
            return f"the broker does not allow this user to write to {stream}"
        case OutOfMemoryError():
            return "the broker's memory is full"
        case ReadOnlyError():
            return "this is a replica that takes no writing; name the primary"
        case ResponseError():
            return _redis_said(str(problem), stream)
        case NoAnswer():
            return "no answer from the broker in time"
        case NotConnected() | OSError():
            return no_connection(problem)
        case _:
            return f"the broker's answer was not understood ({type(problem).__name__})"


def _redis_said(text: str, stream: str) -> str:
    """The server's error, in our words where we know it."""
    if text.startswith("WRONGTYPE"):
        return f"{stream} is there and is no stream"
    if text.startswith("unknown command"):
        return "this Redis is too old for streams: it must be 5.0 or newer"
    return f"the broker says: {text[:200]}"

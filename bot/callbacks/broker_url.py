"""The addresses of message brokers: NATS and Redis, written as URLs. Nothing here connects."""

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

NATS_SCHEMES = frozenset({"nats", "tls"})
REDIS_SCHEMES = frozenset({"redis", "rediss"})
BROKER_SCHEMES = NATS_SCHEMES | REDIS_SCHEMES

NATS_PREFIX = "sayso.callbacks"
"""Where the subjects of agents begin, when the address names no other beginning."""
REDIS_PREFIX = "sayso:callbacks"

NATS_SHAPE = "nats://user:password@host:4222/sayso.callbacks"
REDIS_SHAPE = "rediss://user:password@host:6379/0?stream=sayso:callbacks:agent"

_PORTS = {"nats": 4222, "tls": 4222, "redis": 6379, "rediss": 6379}
_SUBJECT = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerUrl:
    """A broker's address, taken apart. `place` is where on it: NATS' prefix of subjects, or Redis' stream."""

    scheme: str
    hosts: tuple[tuple[str, int], ...]
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    database: int = 0
    place: str | None = None

    @property
    def shown(self) -> str:
        """For people: where it is, without anything that opens it."""
        return f"{self.scheme}://{','.join(self.places)}"

    @property
    def places(self) -> list[str]:
        """Each host with its port."""
        return [f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in self.hosts]

    @property
    def is_encrypted(self) -> bool:
        return self.scheme in ("tls", "rediss")

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(secret for secret in (self.password, self.token) if secret)

    def subject_of(self, agent_name: str) -> str:
        """NATS' subject of one agent. A dot would part the name in two, so it is written %2E."""
        return f"{self.place or NATS_PREFIX}.{agent_name.replace('.', '%2E')}"

    def stream_of(self, agent_name: str) -> str:
        """Redis' stream of one agent: the one the address names, or one by the agent's name."""
        return self.place or f"{REDIS_PREFIX}:{agent_name}"


def check_broker_url(url: str) -> None:
    """Raises ValueError with a sentence for people, in which no password stands."""
    parse_broker_url(url)


def address_for_people(url: str) -> str:
    """Scheme, hosts and ports of a broker's address. Raises ValueError as `check_broker_url`."""
    return parse_broker_url(url).shown


def parse_broker_url(url: str) -> BrokerUrl:
    """Raises ValueError with a sentence for people, in which no password stands."""
    if any(ord(char) < 33 or ord(char) == 127 for char in url):
        raise ValueError("the broker's address has spaces or control characters in it")
    try:
        parts = urlsplit(url)
    except ValueError:  # its own words may quote the address
        raise ValueError(f"the broker's address cannot be read; it looks like {NATS_SHAPE}") from None
    if parts.scheme in NATS_SCHEMES:
        return _nats(parts)
    if parts.scheme in REDIS_SCHEMES:
        return _redis(parts)
    raise ValueError("a broker's address begins with nats://, tls://, redis:// or rediss://")


def _nats(parts: SplitResult) -> BrokerUrl:
    prefix = parts.path.removeprefix("/")
    if parts.query or parts.fragment:
        raise ValueError(f"a NATS address has nothing behind ? or #; it looks like {NATS_SHAPE}")
    if prefix and (not _SUBJECT.fullmatch(prefix) or len(prefix) > _LONGEST_NAME):
        raise ValueError(
            "the path of a NATS address is the beginning of a subject: words of letters, digits, '-' and '_' with dots "
            f"between them, as in {NATS_SHAPE}"
        )
    user, password = _credentials(parts)
    is_token = user is not None and password is None
    return BrokerUrl(
        scheme=parts.scheme,
        hosts=_hosts(parts, NATS_SHAPE),
        user=None if is_token else user,
        password=password,
        token=user if is_token else None,
        place=prefix or None,
    )


def _redis(parts: SplitResult) -> BrokerUrl:
    hosts = _hosts(parts, REDIS_SHAPE)
    if len(hosts) > 1:
        raise ValueError(f"a Redis address names one host; it looks like {REDIS_SHAPE}")
    if parts.fragment:
        raise ValueError(f"a Redis address has nothing behind #; it looks like {REDIS_SHAPE}")
    database = parts.path.removeprefix("/")
    if database and not (database.isascii() and database.isdigit() and len(database) < 6):
        raise ValueError(f"the path of a Redis address is the number of a database, as in {REDIS_SHAPE}")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if options.keys() - {"stream"}:
        raise ValueError(f"a Redis address has one option only, ?stream=, as in {REDIS_SHAPE}")
    stream = options.get("stream")
    if stream is not None and not 0 < len(stream) <= _LONGEST_NAME:
        raise ValueError(f"?stream= is the name of a stream, 1 to {_LONGEST_NAME} characters, as in {REDIS_SHAPE}")
    user, password = _credentials(parts)
    if user and password is None:
        raise ValueError(f"this Redis address has a user and no password; it looks like {REDIS_SHAPE}")
    return BrokerUrl(
        scheme=parts.scheme,
        hosts=hosts,
        user=user or None,
        password=password,
        database=int(database or 0),
        place=stream,
    )


def _credentials(parts: SplitResult) -> tuple[str | None, str | None]:
    user_and_password, at, _ = parts.netloc.rpartition("@")
    if not at:
        return None, None
    user, colon, password = user_and_password.partition(":")
    return unquote(user), unquote(password) if colon else None


def _hosts(parts: SplitResult, shape: str) -> tuple[tuple[str, int], ...]:
    named = parts.netloc.rpartition("@")[2].split(",")
    return tuple(_host(host, _PORTS[parts.scheme], shape) for host in named)


def _host(text: str, default_port: int, shape: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"the broker's address has no valid host and port; it looks like {shape}") from None
    if not host or port == 0:
        raise ValueError(f"the broker's address names no host; it looks like {shape}")
    return host, port or default_port

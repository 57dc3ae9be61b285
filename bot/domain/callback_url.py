"""Where callbacks may be sent: which addresses the network may be asked for, and which URLs are taken at all.

A URL says little about where a connection ends. So it is judged twice: here as text, when somebody names it, and by the
address itself, when a connection is made.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit

from bot.domain.errors import InvalidField

IpAddress: TypeAlias = IPv4Address | IPv6Address
IpNetwork: TypeAlias = IPv4Network | IPv6Network

WEBHOOKS = frozenset({"https", "http"})
BROKERS = frozenset({"nats", "tls", "redis", "rediss"})
URL_LENGTH = 2000
_HAVE_IT_LISTED = "have the operator list its internal network in SAYSO_CALLBACK_NETWORKS"

_NEVER_PUBLIC = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; one cloud's metadata is there
        "127.0.0.0/8",
        "168.63.129.16/32",  # another cloud's host, though the address looks public
        "169.254.0.0/16",  # link-local: metadata of most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001::/23",  # Teredo and other tunnels
        "2001:db8::/32",
        "2002::/16",  # 6to4: leads to any IPv4 address
        "3fff::/20",
    )
)


_UNICAST = IPv6Network("2000::/3")
"""All that is public of IPv6. Outside are loopback, local and multicast addresses, IPv4 in old forms, and NAT64."""


@dataclass(frozen=True, slots=True)
class Networks:
    """Internal networks that callbacks may reach, as the operator listed them; only there without TLS, too."""

    listed: tuple[IpNetwork, ...] = ()

    def has(self, address: IpAddress) -> bool:
        plain = _unwrapped(address)
        return any(plain in network for network in self.listed)

    def may_reach(self, address: IpAddress, *, with_tls: bool) -> bool:
        """Whether a connection may be made: in the listed networks, and with TLS on the public internet."""
        return self.has(address) or (with_tls and is_public(address))


NO_NETWORKS = Networks()


def is_public(address: IpAddress) -> bool:
    """False for every form of what is private, local, reserved, multicast, or leads into such through a tunnel."""
    plain = _unwrapped(address)
    if isinstance(plain, IPv6Address) and plain not in _UNICAST:
        return False
    return plain.is_global and not any(plain in network for network in _NEVER_PUBLIC)


def _unwrapped(address: IpAddress) -> IpAddress:
    """An IPv4 address that is only written as IPv6; without a zone."""
    if isinstance(address, IPv4Address):
        return address
    return address.ipv4_mapped or IPv6Address(int(address))


def parse_networks(text: str) -> Networks:
    """From `10.1.0.0/16, fd12::/48`. Raises ValueError that names every bad entry."""
    found, bad = list[IpNetwork](), list[str]()
    for entry in (part.strip() for part in text.split(",")):
        try:
            network = ip_network(entry) if entry else None
        except ValueError as problem:
            bad.append(str(problem))
            continue
        if network is not None and network.prefixlen == 0:
            bad.append(f"{entry!r} is every address there is")
        elif network is not None:
            found.append(network)
    if bad:
        raise ValueError(f"expected networks such as 10.1.0.0/16, with commas between: {'; '.join(bad)}")
    return Networks(tuple(found))


def is_webhook(url: str) -> bool:
    """Whether what is sent there is answered by its receiver; a broker only says that it has taken it."""
    return _scheme(url) in WEBHOOKS


def check_webhook_url(url: str, networks: Networks, *, field: str) -> None:
    """Raises InvalidField for what no callback would ever be sent to."""
    problem = _problem_of(url, networks, schemes=WEBHOOKS)
    if problem:
        raise InvalidField(field, problem)


def check_address(url: str, networks: Networks, *, field: str) -> None:
    """The same of what an operator names: a webhook or a broker."""
    problem = _problem_of(url, networks, schemes=WEBHOOKS | BROKERS)
    if problem:
        raise InvalidField(field, problem)


def shown_url(url: str) -> str:
    """The URL for people to read: without a name and password, and without a query, which may hold a token."""
    parts = _split(url)
    if parts is None or not parts.hostname:
        return url.split(":", 1)[0] + "://…"
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = f":{parts.port}" if parts.port is not None else ""
    return f"{parts.scheme}://{host}{port}{parts.path}{'?…' if parts.query else ''}"


def _problem_of(url: str, networks: Networks, *, schemes: Iterable[str]) -> str | None:
    if len(url) > URL_LENGTH:
        return f"is longer than {URL_LENGTH} characters"
    if not url.isascii() or not url.isprintable() or any(char in url for char in ' \\"<>'):
        return "has characters in it that a URL cannot have; escape them, and write names of hosts in ASCII"
    parts = _split(url)
    scheme = _scheme(url)
    if scheme not in schemes:
        return f"expected a URL that begins with {' or '.join(f'{one}://' for one in sorted(schemes, reverse=True))}"
    if scheme in BROKERS:
        return None  # the rest is for whoever speaks to it to judge: NATS has several hosts in one address
    if parts is None or not parts.hostname:
        return "names no host"
    if parts.fragment or url.endswith("#"):
        return "has a # in it, and what follows is never sent; leave it out"
    if "@" in parts.netloc:
        return "has a name or password in it; callbacks are signed instead, see docs/callbacks.md"
    if scheme == "http" and not networks.listed:
        return f"is not encrypted; use https://, or {_HAVE_IT_LISTED}"
    return _problem_of_literal(parts.hostname, networks, with_tls=scheme == "https")


def _problem_of_literal(host: str, networks: Networks, *, with_tls: bool) -> str | None:
    """Of a host that is an address already, it can be told at once."""
    try:
        address = ip_address(host)
    except ValueError:
        return None
    if networks.may_reach(address, with_tls=with_tls):
        return None
    return f"{address} is in a network that callbacks are not sent to; {_HAVE_IT_LISTED}"


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        has_port = parts.port != 0
    except ValueError:
        return None
    return parts if has_port else None


def _scheme(url: str) -> str:
    return url.partition(":")[0].lower()

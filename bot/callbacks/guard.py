"""No callback reaches what is not meant to be reached: checked at the socket, by the address it is about to connect to.

A name may resolve to one address when it is looked at and to another when it is used, and an address can be written in
dozens of ways. The address that a socket gets has one form, and nothing comes between it and the connection.
"""

import socket
from ipaddress import ip_address
from typing import Any, TypeAlias

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from aiohttp.abc import AbstractResolver

from bot.domain.callback_url import Networks

Found: TypeAlias = tuple[int, int, int, str, tuple[Any, ...]]
"""As `getaddrinfo` says it: family, kind, protocol, name, address."""
REFUSED = "is in a network that callbacks are not sent to"


class AddressRefused(PermissionError):
    """An OSError, so that whoever connects takes it for an address that cannot be reached, and tries the next."""

    def __init__(self, address: str, *, with_tls: bool) -> None:
        without = "" if with_tls else " without TLS"
        super().__init__(f"{address} {REFUSED}{without}")


class Guard:
    """Makes sockets to permitted addresses only."""

    def __init__(self, networks: Networks, *, with_tls: bool) -> None:
        self._networks, self._with_tls = networks, with_tls

    def __call__(self, found: Found) -> socket.socket:
        """Raises AddressRefused before there is a socket."""
        family, kind, protocol = found[:3]
        host = str(found[4][0])
        try:
            final = ip_address(host)
        except ValueError as problem:
            raise AddressRefused(host, with_tls=self._with_tls) from problem
        if not self._networks.may_reach(final, with_tls=self._with_tls):
            raise AddressRefused(str(final), with_tls=self._with_tls)
        return socket.socket(family=family, type=kind, proto=protocol)


def guarded_session(
    networks: Networks, *, with_tls: bool, timeout: float, resolver: AbstractResolver | None = None
) -> ClientSession:
    """Without proxies of the environment, without cookies, and with a new connection each time."""
    guard: Any = Guard(networks, with_tls=with_tls)
    connector = TCPConnector(socket_factory=guard, resolver=resolver, use_dns_cache=False, force_close=True, limit=0)
    return ClientSession(
        connector=connector,
        timeout=ClientTimeout(total=timeout),
        trust_env=False,
        cookie_jar=DummyCookieJar(),
        auto_decompress=False,
    )

"""The real clock and the real ids."""

import os
import secrets
import time
from datetime import UTC, datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, lower case: sorts like the number it spells

_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]

_ELAPSED = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def now() -> datetime:
    """The time, aware UTC."""
    return datetime.now(UTC)


def elapsed() -> float:
    """Seconds of a clock that only goes forward, also while the machine sleeps where it can tell."""
    return time.clock_gettime(_ELAPSED)


def steady() -> datetime:
    """A time that nobody can set: right for how fast, wrong for when."""
    return datetime.fromtimestamp(elapsed(), UTC)


class SystemIds:
    """Implements services.ports.Ids. Ids are laid out like ULIDs: 48 bits of milliseconds, then 80 random ones."""

    def new(self, prefix: str) -> str:
        number = int(time.time() * 1000) << 80 | int.from_bytes(os.urandom(10), "big")
        return f"{prefix}_{_base32(number, 26)}"

    def secret(self, prefix: str) -> str:
        return f"{prefix}_{_base32(secrets.randbits(256), 52)}"


def _base32(number: int, length: int) -> str:
    """`length` is even: two characters are looked up at once."""
    return "".join([_PAIRS[number >> place & 1023] for place in range(5 * length - 10, -1, -10)])

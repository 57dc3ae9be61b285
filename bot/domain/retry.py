"""How long to wait before the next try."""

from datetime import timedelta

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=1)


def pause_after(tries: int) -> timedelta:
    """Doubles with every try, from one second to a minute."""
    return min(FIRST_PAUSE * 2 ** min(max(tries - 1, 0), 10), LONGEST_PAUSE)

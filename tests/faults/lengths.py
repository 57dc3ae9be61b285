"""How much of everything: a quick form that is a part of `make test`, and the long one of `make faults`."""

import os
import random

IS_LONG = os.environ.get("SAYSO_FAULTS") == "long"
SEED = int(os.environ.get("SAYSO_FAULT_SEED") or 0) or random.randrange(1, 1_000_000)
"""Printed with every result that chance had a part in; the same seed makes the same choices."""
KILLS = int(os.environ.get("SAYSO_FAULT_KILLS") or (500 if IS_LONG else 12))
"""In the random kills, for each kind of database."""


def many(*, quick: int, long: int) -> int:
    return long if IS_LONG else quick

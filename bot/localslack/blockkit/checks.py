"""The grammar of checks: small functions that look at a JSON value and name what Slack would refuse.

A check gets a value and the JSON pointer of its place and yields one sentence for each fault, in Slack's words.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.localslack.json_value import Json, as_list, as_object

Check = Callable[[Any, str], Iterator[str]]


def fault(sentence: str, at: str) -> str:
    """One fault the way Slack words it: the sentence, then the place."""
    return f"{sentence} [json-pointer:{at}]"


def string(longest: int | None = None, *, shortest: int = 1, pattern: str | None = None) -> Check:
    """A string of so many characters."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield fault("must provide a string", at)
            return
        if longest is not None and len(value) > longest:
            yield fault(f"must be less than {longest + 1} characters", at)
        if len(value) < shortest:
            yield fault(f"must be more than {shortest - 1} characters", at)
        if pattern is not None and not re.fullmatch(pattern, value):
            yield fault("failed to match schema", at)

    return check


def integer(smallest: int | None = None, largest: int | None = None) -> Check:
    """A whole number in a range."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield fault("must provide a number", at)
        elif smallest is not None and value < smallest:
            yield fault(f"must be greater than or equal to {smallest}", at)
        elif largest is not None and value > largest:
            yield fault(f"must be less than or equal to {largest}", at)

    return check


def number(value: Any, at: str) -> Iterator[str]:
    """Any number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield fault("must provide a number", at)


def boolean(value: Any, at: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield fault("must provide a boolean", at)


def word(*allowed: str) -> Check:
    """One of these words."""

    def check(value: Any, at: str) -> Iterator[str]:
        if value not in allowed:
            yield fault("must be a valid enum value", at)

    return check


def anything(value: Any, at: str) -> Iterator[str]:
    """Whatever it is."""
    yield from ()


def array(item: Check, *, most: int | None = None, least: int = 1) -> Check:
    """So many items, each passing the check."""

    def check(value: Any, at: str) -> Iterator[str]:
        items = as_list(value)
        if items is None:
            yield fault("must provide an array", at)
            return
        if most is not None and len(items) > most:
            yield fault(f"no more than {most} items allowed", at)
        if len(items) < least:
            yield fault(f"no less than {least} items allowed", at)
        for index, each in enumerate(items):
            yield from item(each, f"{at}/{index}")

    return check


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with these members and no others. `also` looks at the whole object once its members are sound."""

    required: Mapping[str, Check] = field(default_factory=dict[str, Check])
    optional: Mapping[str, Check] = field(default_factory=dict[str, Check])
    also: tuple[Check, ...] = ()

    def __call__(self, value: Any, at: str) -> Iterator[str]:
        """The faults of the value."""
        found = as_object(value)
        if found is None:
            yield fault("must provide an object", at)
            return
        members = {**self.required, **self.optional}
        faults = [fault(f"missing required field: {name}", at) for name in self.required if name not in found]
        for name, member in found.items():
            if name == "type":
                continue
            if name not in members:
                faults.append(fault(f"invalid additional property: {name}", at))
            else:
                faults.extend(members[name](member, f"{at}/{name}"))
        yield from faults
        if not faults:
            for check in self.also:
                yield from check(found, at)


def typed(shapes: Mapping[str, Check]) -> Check:
    """An object whose `type` says which of these shapes it has."""

    def check(value: Any, at: str) -> Iterator[str]:
        found = as_object(value)
        if found is None:
            return iter([fault("must provide an object", at)])
        if "type" not in found:
            return iter([fault("missing required field: type", at)])
        kind = found["type"]
        if not isinstance(kind, str):
            return iter([fault("must provide a string", f"{at}/type")])
        if kind not in shapes:
            return iter([fault(f"unsupported type: {kind}", f"{at}/type")])
        return shapes[kind](found, at)

    return check


def union(check: Check) -> Check:
    """A place that accepts several kinds: Slack says so before it names a fault in the object itself."""

    def checked(value: Any, at: str) -> Iterator[str]:
        faults = list(check(value, at))
        if any(re.search(rf"\[json-pointer:{re.escape(at)}(/[^/]+)?\]$", each) for each in faults):
            yield fault("failed to match all allowed schemas", at)
        yield from faults

    return checked


def one_of_members(*names: str) -> Check:
    """Exactly one of these members is there."""

    def check(value: Json, at: str) -> Iterator[str]:
        given = [name for name in names if name in value]
        if not given:
            yield fault(f"must define one of the following: {', '.join(names)}", at)
        elif len(given) > 1:
            yield fault(f"can only define one of the following: {', '.join(names)}", at)

    return check

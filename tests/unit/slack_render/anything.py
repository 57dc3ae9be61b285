"""Requests with any words an agent may send, for properties that hold for all of them.

A request is grown from one seed: Hypothesis would spend most of its time on drawing the parts one by one.
"""

from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import strategies as st

from bot.domain.action import (
    Action,
    AllowedDecision,
    Asked,
    Environment,
    Impact,
    Kind,
    Option,
    Recommendation,
)
from bot.domain.decision import Outcome
from bot.domain.delivery import Delivery, DeliveryState
from bot.domain.request import ApprovalRequest
from bot.domain.ruling import Level, Risk
from bot.domain.vote import Edit
from tests.unit.slack_render import samples

SECRET = "s3cr3t-Zaubertrank-0815"

NASTY = (
    "<!channel> <!here> <@U02ANA> <https://evil.example|Approve>",
    "*bold* _it_ ~no~ `code` :red_circle: &amp; & < >",
    "\u202egnp.exe\u202c \u2066x\u2069 \u200b\u200c\u200d\ufeff\u00ad",
    "line\nline\r\nline\u2028line\tTab\x85next",
    "👩‍👩‍👧 🏳️‍🌈 é à" * 30,
    "&" * 4000,
    "x" * 4000,
    "\U0001f9e8" * 2000,
    "",
    " ",
    "\u3164\u2800",
    "#1",
    "•••• hidden",
    "Delete 847 old files",
    "a.b",
    '{"a": [1, 2]}',
    "null",
    "240.00",
    "-0",
    "1e999",
)
PEOPLE = (samples.ANA, samples.BO, samples.CHEN, samples.ONCALL)
AGENTS = ("tidy", "a-rather-long-name-of-an-agent_with_marks", "*x*")


class Grower:
    """Draws parts of a request from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def words(self, most: int = 4000) -> str:
        if self.random.random() < 0.7:
            return self.random.choice(NASTY)[:most]
        length = min(most, self.random.randint(0, 60))
        return "".join(chr(self._character()) for _ in range(length))

    def _character(self) -> int:
        found = self.random.choice((self.random.randint(1, 0x2FF), self.random.randint(0x2000, 0x206F), 0x1F600))
        return self.random.randint(0xE000, 0x10FFFF) if self.random.random() < 0.05 else found

    def said(self, most: int) -> str:
        """Words with something to see in them."""
        return f"{self.words(most - 1)}x"

    def maybe(self, found: Any) -> Any:
        return found if self.random.random() < 0.6 else None

    def is_so(self) -> bool:
        return self.random.random() < 0.5

    def some(self, make: Any, most: int) -> list[Any]:
        return [make() for _ in range(self.random.randint(0, most))]

    def value(self, depth: int = 0) -> Any:
        leaves: list[Any] = [None, True, False, self.random.randint(-(2**53), 2**53), 0, 1.5, 240.0, 1e-7, 1e300]
        kind = self.random.random()
        if depth < 3 and kind < 0.15:
            return [self.value(depth + 1) for _ in range(self.random.randint(0, 4))]
        if depth < 3 and kind < 0.3:
            return {self.said(40): self.value(depth + 1) for _ in range(self.random.randint(0, 4))}
        return self.words() if kind < 0.6 else self.random.choice(leaves)

    def schema(self, arguments: dict[str, Any]) -> dict[str, Any] | None:
        if self.is_so():
            return None
        return {"type": "object", "properties": {name: self._property() for name in [*arguments, "one more"]}}

    def _property(self) -> dict[str, Any]:
        kinds = ("integer", "number", "string", "boolean", "array", "object", "null", ["string", "null"])
        found = {
            "type": self.random.choice(kinds),
            "title": self.words(300),
            "description": self.words(),
            "enum": [self.value() for _ in range(self.random.randint(1, 3))],
            "minimum": self.random.randint(-5, 5),
            "maximum": self.random.randint(-5, 5),
            "maxLength": self.random.randint(0, 50),
            "pattern": self.random.choice(["^old/", "^[a-z]+$", "(a+)+$", "("]),
        }
        return {name: inner for name, inner in found.items() if self.random.random() < 0.3}

    def option(self, number: int) -> Option:
        arguments = {"password": SECRET, "n": number} if self.is_so() else None
        return Option(
            id=f"{number}{self.words(98)}",
            label=self.said(300),
            consequence=self.maybe(self.words()),
            proceed=self.is_so(),
            arguments=arguments,
        )

    def impact(self) -> Impact:
        return Impact(
            summary=self.maybe(self.words()),
            reversible=self.maybe(self.is_so()),
            undo=self.maybe(self.words()),
            external_effects=self.maybe(self.is_so()),
            financial=self.maybe(self.is_so()),
            personal_data=self.maybe(self.is_so()),
            regulated=self.maybe(self.is_so()),
            cost_micros=self.maybe(self.random.randint(0, 10**15)),
            affected_count=self.maybe(self.random.randint(0, 10**9)),
            resources=tuple(self.some(lambda: self.words(1000), 3)),
        )

    def asked(self) -> Asked:
        most = 120 if self.random.random() < 0.1 else 8
        arguments = {self.said(200): self.value() for _ in range(self.random.randint(0, most))}
        title = self.maybe(self.words(300))
        if self.is_so():
            secrets = {"password": SECRET, "api": {"Api-Key": [SECRET, {"deep": SECRET}]}, "told": f"it is {SECRET}."}
            arguments, title = {**arguments, **secrets}, f"{title} with {SECRET}" if self.is_so() else title
        return Asked(
            action=Action(
                name=self.said(200),
                title=title,
                arguments=arguments,
                description=self.maybe(self.words()),
                arguments_schema=self.schema(arguments),
            ),
            kind=self.random.choice([*Kind, Kind.TOOL_CALL, Kind.TOOL_CALL]),
            reason=self.maybe(self.words()),
            goal=self.maybe(self.words()),
            impact=self.impact(),
            environment=self.maybe(self.random.choice(list(Environment))),
            confidence=self.maybe(self.random.random()),
            uncertainties=tuple(self.some(self.words, 4)),
            recommendation=self.maybe(self.random.choice(list(Recommendation))),
            alternatives=tuple(self.some(self.words, 4)),
            options=tuple(self.option(number) for number in range(self.random.choice((0, 0, 2, 3, 4, 10)))),
            allowed_decisions=frozenset(self.random.sample(list(AllowedDecision), self.random.randint(1, 5))),
        )

    def request(self) -> ApprovalRequest:
        ladder = [self.random.sample(PEOPLE, self.random.randint(1, 3)) for _ in range(self.random.randint(1, 3))]
        steps = tuple(samples.step(*reviewers, wait=900) for reviewers in ladder)
        ruling = samples.a_ruling(
            *steps,
            risk=self.random.choice(list(Risk)),
            quorum=self.random.randint(1, 3),
            level=self.random.choice([Level.HARD_APPROVAL, Level.SOFT_APPROVAL]),
            deny_reason_required=self.is_so(),
            masked=("*password*", "*apikey*"),
            reason=self.words(),
        )
        request = samples.a_request("apr_01kbgq7v3e", self.random.choice(AGENTS), self.asked(), ruling, 1795185060)
        step = self.random.randrange(len(steps))
        request = replace(request, step=step, step_started_at=request.submitted_at)
        return self.edited(request) if self.random.random() < 0.3 else request

    def edited(self, request: ApprovalRequest) -> ApprovalRequest:
        changes = {self.said(60): self.value() for _ in range(self.random.randint(0, 4))}
        new = replace(request.action, arguments={**request.action.arguments, **changes, "password": f"{SECRET}2"})
        note = self.maybe(self.words(1000))
        edit = Edit(by=samples.ANA_HERSELF, at=request.submitted_at, before=request.action, after=new, note=note)
        votes = (samples.a_yes(samples.ANA_HERSELF, 1795185061, 2),)
        return replace(request, action=new, edits=(edit,), revision=2, votes=votes)

    def closed(self) -> ApprovalRequest:
        request = self.request()
        options = request.asked.options
        outcomes = [
            outcome
            for outcome in Outcome
            if not (outcome is Outcome.MODIFIED and not request.edits)
            and not (outcome is Outcome.OPTION_CHOSEN and not options)
        ]
        outcome = self.random.choice(outcomes)
        more: dict[str, Any] = {"text": self.maybe(self.words(2000)), "reason": self.maybe(self.words(1000))}
        if options and outcome in (Outcome.OPTION_CHOSEN, Outcome.DENIED, Outcome.ANSWERED):
            more["option"] = self.random.choice(options).id
        return samples.closed(request, outcome, 1795185999, samples.BO_HIMSELF if self.is_so() else None, **more)

    def followed(self) -> tuple[ApprovalRequest, Delivery]:
        request = self.closed()
        told = f"used {SECRET}" if "password" in request.asked.action.arguments else None
        delivery = samples.followed(
            request,
            state=self.random.choice(list(DeliveryState)),
            is_late=self.is_so(),
            delivered_at=self.maybe(samples.at(1795186000)),
            acknowledged_at=self.maybe(samples.at(1795186001)),
            finished_at=self.maybe(samples.at(1795186002)),
            summary=self.random.choice([None, self.words(1000), told]),
        )
        return request, delivery


_seeds = st.integers(0, 2**64)
requests = _seeds.map(lambda seed: Grower(seed).request())
closed_requests = _seeds.map(lambda seed: Grower(seed).closed())
followed_requests = _seeds.map(lambda seed: Grower(seed).followed())
words = _seeds.map(lambda seed: Grower(seed).words(2000))

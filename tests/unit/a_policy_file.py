"""A small good policy file for tests to break."""

import pytest

from bot.policyfiles import PolicyError, read_policy

GOOD = """\
people:
  ana: {slack_user_id: U02ANA, name: Ana}
  bo: {slack_user_id: U03BO, name: Bo}
groups:
  oncall: {slack_group_id: S01ONCALL, name: On call, instead: [bo]}
channels:
  approvals: C01APPROVALS
ladders:
  standard:
    - ask: [ana]
      channel: approvals
      wait_seconds: 600
      remind_after_seconds: [60, 120]
    - ask: [bo]
      channel: approvals
      wait_seconds: 300
default_ladder: standard
operations: {channel: approvals, emails: [ops@example.com]}
operators: [ana]
masked: ["*token*"]
known_actions:
  - names: [drop_*, wipe_*]
    reversible: false
deny:
  - id: no
    when: action.name == "run_shell"
    reason: No.
always_ask:
  - id: in-production
    when: environment == "prod"
    level: hard_approval
    reason: Production.
rules:
  - id: soft
    when: "!impact.financial && impact.reversible"
    level: soft_approval
    consent_after_seconds: 300
    reason: Soft.
never_ask:
  - id: reading
    when: >-
      impact.blast_radius == "none"
      && !impact.financial
    reason: Reading.
default:
  id: fallback
  level: hard_approval
  reason: Nothing else fits.
"""
HARD_PRODUCTION = 'when: environment == "prod"\n    level: hard_approval'


def problems_of(text: str) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        read_policy(text, file="policies/p.yaml")
    assert str(caught.value) == "\n".join(str(problem) for problem in caught.value.problems)
    return [str(problem).removeprefix("policies/p.yaml:") for problem in caught.value.problems]


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)

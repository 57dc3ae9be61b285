"""Who may do what (G6): owner of an agent, operator, policy admin, asked reviewer, any full member of the workspace.

That somebody is a full member is checked before (services/membership.py); here it is taken for granted. Who decides a
request is not here: `decide.may_decide` says it of a request as it stands.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from bot.domain.errors import NotEntitled
from bot.domain.people import Agent, Person
from bot.domain.policy import Policy, WhoMayStop


class Role(StrEnum):
    """What somebody is towards one agent, or one request of it. A person can be several at once."""

    OWNER = "owner"
    OPERATOR = "operator"
    POLICY_ADMIN = "policy_admin"
    ASKED = "asked"  # a reviewer of the request it is about
    MEMBER = "member"


class Act(StrEnum):
    """What a person does to an agent, to its request, or to the policy."""

    PAUSE = "pause"
    STOP = "stop"
    RESUME = "resume"
    STEER = "steer"
    UNDO = "undo"
    SEND_AGAIN = "send_again"
    MUTE_ALERTS = "mute_alerts"  # of one kind, in a channel's digests
    CHANGE_POLICY = "change_policy"  # apply, grant


_O, _P, _D, _A, _M = Role

ENTITLED: Mapping[Act, frozenset[Role]] = MappingProxyType(
    {
        Act.PAUSE: frozenset({_M}),
        Act.STOP: frozenset({_M}),
        Act.RESUME: frozenset({_O, _P}),
        Act.STEER: frozenset({_O, _P}),
        Act.UNDO: frozenset({_O, _P, _A}),
        Act.SEND_AGAIN: frozenset({_O, _P, _A}),
        Act.MUTE_ALERTS: frozenset({_O, _P}),
        Act.CHANGE_POLICY: frozenset({_D}),
    }
)
"""The one table of roles: any one of them will do."""
STOPPING = frozenset({Act.PAUSE, Act.STOP})

_WHAT = {
    Act.PAUSE: "pause {agent}",
    Act.STOP: "stop {agent}",
    Act.RESUME: "resume {agent}",
    Act.STEER: "steer {agent}",
    Act.UNDO: "have {agent} undo this",
    Act.SEND_AGAIN: "send this to {agent} again",
    Act.MUTE_ALERTS: "mute or show alerts of {agent}",
    Act.CHANGE_POLICY: "change the policy",
}


def roles_of(by: Person, *, agent: Agent | None, policy: Policy, is_asked: bool = False) -> frozenset[Role]:
    """Everything this person is towards the agent, and towards a request where `is_asked` says so."""
    held = {
        Role.MEMBER: True,
        Role.OWNER: agent is not None and by.id == agent.owner_slack_user_id,
        Role.OPERATOR: by.id in policy.operators,
        Role.POLICY_ADMIN: by.id in policy.policy_admins,
        Role.ASKED: is_asked,
    }
    return frozenset(role for role, holds in held.items() if holds)


def may(act: Act, by: Person, *, agent: Agent | None, policy: Policy, is_asked: bool = False) -> bool:
    return not entitled(act, policy).isdisjoint(roles_of(by, agent=agent, policy=policy, is_asked=is_asked))


def entitled(act: Act, policy: Policy) -> frozenset[Role]:
    """The row of the table; a policy may keep pausing and stopping to those who may resume."""
    if act in STOPPING and policy.who_may_stop is WhoMayStop.OPERATORS:
        return ENTITLED[Act.RESUME]
    return ENTITLED[act]


def check_may(act: Act, by: Person, *, agent: Agent | None, policy: Policy, is_asked: bool = False) -> None:
    """Raises NotEntitled, which says who may."""
    if not may(act, by, agent=agent, policy=policy, is_asked=is_asked):
        name = agent.name if agent is not None else ""
        raise NotEntitled(by, _WHAT[act].format(agent=name), who_may(act, agent=agent, policy=policy))


def who_may(act: Act, *, agent: Agent | None, policy: Policy) -> str:
    """A sentence without its full stop: "Chen owns it; operators can too"."""
    roles = entitled(act, policy)
    if Role.MEMBER in roles:
        return "Every full member of the workspace can"
    if Role.OWNER not in roles or agent is None:
        return "Policy admins can"
    owner = policy.person_name(agent.owner_slack_user_id) or agent.owner_name
    others = ["operators"] if policy.operators else []
    others += ["those who were asked"] if Role.ASKED in roles else []
    owns = f"{owner} owns it" if owner else "Its owner can"
    return f"{owns}; {' and '.join(others)} can too" if others else owns

"""Who may do what (G6), as a table."""

from dataclasses import replace

import pytest

from bot.domain.errors import NotEntitled
from bot.domain.people import Agent, Person
from bot.domain.policy import Policy, WhoMayStop
from bot.domain.roles import Act, check_may, may
from tests.support.policies import ANA, CHEN, DAN, EVE, OWEN, OWNER, SUE, a_policy

TIDY = Agent(id="agt_1", name="tidy", owner_slack_user_id=OWNER)
OPERATOR, ADMIN, ASKED, MEMBER = CHEN, SUE, DAN, EVE


@pytest.fixture
def policy() -> Policy:
    return replace(a_policy(), operators=frozenset({OPERATOR.id}), policy_admins=frozenset({ADMIN.id}))


ENTITLED = {
    Act.PAUSE: {OWEN, OPERATOR, ADMIN, ASKED, MEMBER},
    Act.STOP: {OWEN, OPERATOR, ADMIN, ASKED, MEMBER},
    Act.RESUME: {OWEN, OPERATOR},
    Act.STEER: {OWEN, OPERATOR},
    Act.UNDO: {OWEN, OPERATOR, ASKED},
    Act.SEND_AGAIN: {OWEN, OPERATOR, ASKED},
    Act.MUTE_ALERTS: {OWEN, OPERATOR},
    Act.CHANGE_POLICY: {ADMIN},
}


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("by", [OWEN, OPERATOR, ADMIN, ASKED, MEMBER], ids=lambda person: person.name)
def test_the_table_of_roles(policy: Policy, act: Act, by: Person):
    is_entitled = by in ENTITLED[act]
    assert may(act, by, agent=TIDY, policy=policy, is_asked=by is ASKED) is is_entitled
    if is_entitled:
        check_may(act, by, agent=TIDY, policy=policy, is_asked=by is ASKED)
    else:
        with pytest.raises(NotEntitled):
            check_may(act, by, agent=TIDY, policy=policy, is_asked=by is ASKED)


@pytest.mark.parametrize("act", Act)
def test_what_somebody_is_does_not_depend_on_the_surface_they_use(policy: Policy, act: Act):
    for person in (OWEN, OPERATOR, ADMIN, MEMBER):
        elsewhere = replace(person, surface="terminal", name="somebody else's name")
        assert may(act, elsewhere, agent=TIDY, policy=policy) is may(act, person, agent=TIDY, policy=policy)


@pytest.mark.parametrize(
    ("act", "what", "who_may"),
    [
        (Act.RESUME, "resume tidy", "Owen owns it; operators can too"),
        (Act.UNDO, "have tidy undo this", "Owen owns it; operators and those who were asked can too"),
        (Act.CHANGE_POLICY, "change the policy", "Policy admins can"),
    ],
)
def test_who_may_not_hears_who_may(policy: Policy, act: Act, what: str, who_may: str):
    with pytest.raises(NotEntitled) as refused:
        check_may(act, MEMBER, agent=TIDY, policy=policy)
    assert (refused.value.what, refused.value.who_may) == (what, who_may)


def test_an_owner_whom_the_policy_does_not_name_is_called_the_owner(policy: Policy):
    with pytest.raises(NotEntitled) as refused:
        check_may(
            Act.STEER,
            ANA,
            agent=replace(TIDY, owner_slack_user_id="U77"),
            policy=replace(policy, operators=frozenset()),
        )
    assert refused.value.who_may == "Its owner can"


@pytest.mark.parametrize("act", [Act.PAUSE, Act.STOP])
def test_a_policy_may_keep_stopping_to_owners_and_operators(policy: Policy, act: Act):
    policy = replace(policy, who_may_stop=WhoMayStop.OPERATORS)
    assert [one for one in (OWEN, OPERATOR, ADMIN, MEMBER) if may(act, one, agent=TIDY, policy=policy)] == [
        OWEN,
        OPERATOR,
    ]
    with pytest.raises(NotEntitled) as refused:
        check_may(act, MEMBER, agent=TIDY, policy=policy)
    assert refused.value.who_may == "Owen owns it; operators can too"

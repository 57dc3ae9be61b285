"""A person clicks: who may is settled at the click, the first valid decision wins, the rest hear who won."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.action import Action, Option
from bot.domain.decision import Outcome
from bot.domain.errors import (
    DirectoryUnavailable,
    EditRefused,
    NobodyLeftToAsk,
    NotAReviewer,
    OptionForbidden,
    RequestClosed,
    SelfApproval,
    StaleRevision,
)
from bot.domain.people import Agent, Person
from bot.domain.request import RequestEvent
from bot.domain.session import SessionState
from bot.domain.vote import Control, Verdict
from tests.support.policies import (
    ANA,
    BO,
    CHEN,
    DAN,
    EVE,
    FIRST_WAIT,
    LADDER,
    OWEN,
    PLATFORM,
    SUE,
    group,
    user,
)
from tests.world import World


@pytest.mark.parametrize("by", [ANA, BO, DAN, CHEN], ids=lambda person: person.name)
async def test_everybody_who_is_asked_may_decide_by_name_or_by_group(world: World, agent: Agent, by: Person):
    """Chen is asked by name only as the backup, and is a member of the group that is asked now."""
    request = await world.ask(agent)
    assert (await world.say(request, Verdict.APPROVE, by=by)).request.outcome is Outcome.APPROVED


@pytest.mark.parametrize("verdict", Verdict)
async def test_nobody_else_may(world: World, agent: Agent, verdict: Verdict):
    request = await world.ask(agent)
    with pytest.raises(NotAReviewer):
        await world.say(request, verdict, by=EVE, arguments={}, text="t", reason="r", option_id="o")
    assert await world.get(request.id) == request


async def test_a_backup_is_asked_only_from_its_step_on(world: World, agent: Agent):
    world.directory.groups[PLATFORM] = frozenset({DAN.id})
    request = await world.ask(agent)
    with pytest.raises(NotAReviewer):
        await world.say(request, Verdict.APPROVE, by=CHEN)
    await world.pass_time(FIRST_WAIT)
    await world.say(request, Verdict.APPROVE, by=CHEN)


async def test_those_asked_first_may_still_decide_after_an_escalation(world: World, agent: Agent):
    request = await world.ask(agent)
    await world.pass_time(FIRST_WAIT)
    assert (await world.say(request, Verdict.APPROVE, by=ANA)).request.outcome is Outcome.APPROVED


async def test_membership_is_what_it_is_at_the_click(world: World, agent: Agent):
    request = await world.ask(agent)
    world.directory.groups[PLATFORM] = frozenset()
    with pytest.raises(NotAReviewer):
        await world.say(request, Verdict.APPROVE, by=DAN)


async def test_named_people_stand_in_where_the_workspace_has_no_such_group(world: World, agent: Agent):
    step = replace(LADDER[0], reviewers=(group(PLATFORM, SUE),))
    world.policies.policy = replace(world.policies.policy, ladders={"team": (step,)})
    request = await world.ask(agent)
    with pytest.raises(NotAReviewer):
        await world.say(request, Verdict.APPROVE, by=SUE)
    world.directory.groups[PLATFORM] = None
    await world.say(request, Verdict.APPROVE, by=SUE)


async def test_while_nobody_says_who_is_in_a_group_only_those_asked_by_name_are_let_in(world: World, agent: Agent):
    request = await world.ask(agent, "pair_charge")
    world.directory.groups_are_unknown = True
    for by in (DAN, CHEN, EVE):
        with pytest.raises(DirectoryUnavailable):
            await world.say(request, Verdict.APPROVE, by=by)
    await world.say(request, Verdict.APPROVE, by=ANA)
    await world.pass_time(FIRST_WAIT)
    assert (await world.say(request, Verdict.APPROVE, by=CHEN)).request.outcome is Outcome.APPROVED


async def test_the_owner_may_not_decide_even_where_asked_unless_policy_says_so(world: World, agent: Agent):
    request, own = await world.ask(agent), await world.ask(agent, "own_rename")
    with pytest.raises(SelfApproval):
        await world.say(request, Verdict.APPROVE, by=OWEN)
    assert (await world.say(own, Verdict.APPROVE, by=OWEN)).request.outcome is Outcome.APPROVED


async def test_an_owner_may_not_take_a_way_round_through_an_option_of_another_rule(world: World, agent: Agent):
    options = (Option(id="o", label="Delete instead", arguments={"force": True}),)
    request = await world.ask(agent, "own_rename", options=options)
    with pytest.raises(SelfApproval):
        await world.say(request, Verdict.CHOOSE, by=OWEN, option_id="o")


async def test_a_second_reviewer_hears_who_was_faster(world: World, agent: Agent):
    request = await world.ask(agent)
    await world.say(request, Verdict.DENY, by=ANA, reason="no")
    with pytest.raises(RequestClosed) as refusal:
        await world.say(request, Verdict.APPROVE, by=BO)
    assert refusal.value.request.decision is not None
    assert refusal.value.request.decision.decided_by == (ANA,)
    assert (await world.get(request.id)).outcome is Outcome.DENIED


async def test_a_double_click_is_one_vote(world: World, agent: Agent):
    request = await world.ask(agent, "pair_charge")
    clicks = [world.say(request, Verdict.APPROVE, by=ANA) for _ in range(10)]
    answers = await asyncio.gather(*clicks, return_exceptions=True)
    assert sum(not isinstance(answer, Exception) for answer in answers) == 1
    assert len((await world.get(request.id)).votes) == 1


async def test_people_are_called_as_the_policy_calls_them(world: World, agent: Agent):
    request = await world.ask(agent)
    decided = await world.say(request, Verdict.APPROVE, by=replace(ANA, name="ana.b"))
    assert decided.vote.by == ANA


async def test_an_edit_that_asks_more_people_needs_them(world: World, agent: Agent):
    request = await world.ask(agent)
    edited = (await world.say(request, Verdict.MODIFY, by=ANA, arguments={"force": True})).request
    assert (edited.revision, edited.is_closed, edited.ruling.quorum) == (2, False, 2)
    with pytest.raises(StaleRevision):
        await world.say(request, Verdict.APPROVE, by=BO, revision=1)
    closed = (await world.say(request, Verdict.APPROVE, by=BO)).request
    assert closed.outcome is Outcome.MODIFIED
    assert closed.decision is not None
    assert closed.decision.action is not None
    assert closed.decision.action.arguments == {"force": True}


async def test_an_edit_that_security_has_to_see_is_no_longer_its_editors(world: World, agent: Agent):
    request = await world.ask(agent)
    edited = (await world.say(request, Verdict.MODIFY, by=ANA, arguments={"secure": True})).request
    assert edited.votes == ()
    with pytest.raises(NotAReviewer):
        await world.say(request, Verdict.APPROVE, by=ANA)
    assert (await world.say(request, Verdict.APPROVE, by=SUE)).request.outcome is Outcome.MODIFIED


async def test_an_editor_whom_the_new_ruling_does_not_ask_is_no_vote_of_its_quorum(world: World, agent: Agent):
    request = await world.ask(agent, "pair_charge")
    edited = await world.say(request, Verdict.MODIFY, by=DAN, arguments={"secure": True})
    assert (edited.vote.verdict, edited.vote.revision) == (Verdict.MODIFY, 1)
    assert (await world.get(request.id)).votes == ()
    assert not (await world.say(request, Verdict.APPROVE, by=SUE)).request.is_closed


async def test_an_edit_policy_would_let_through_is_done(world: World, agent: Agent):
    request = await world.ask(agent, "pair_charge")
    edited = (await world.say(request, Verdict.MODIFY, by=ANA, arguments={"harmless": True})).request
    assert edited.outcome is Outcome.MODIFIED


async def test_an_edit_policy_forbids_changes_nothing(world: World, agent: Agent):
    request = await world.ask(agent)
    with pytest.raises(EditRefused, match="never like this"):
        await world.say(request, Verdict.MODIFY, by=ANA, arguments={"forbidden": True})
    assert await world.get(request.id) == request


async def test_an_edit_that_would_make_an_option_forbidden_is_refused(world: World, agent: Agent):
    """Each is harmless alone; an option is merged into what was edited."""
    policy = world.policies.policy
    world.policies.policy = replace(policy, deny=(replace(policy.deny[0], when=Both("a", "b")),))
    request = await world.ask(agent, options=(Option(id="o", label="With b", arguments={"b": True}),))
    with pytest.raises(EditRefused, match="With b"):
        await world.say(request, Verdict.MODIFY, by=ANA, arguments={"a": True})


async def test_who_may_not_decide_learns_nothing_of_what_policy_makes_of_their_edit(world: World, agent: Agent):
    policy = world.policies.policy
    world.policies.policy = replace(policy, deny=(replace(policy.deny[0], when=Both("a", "b")),))
    request = await world.ask(agent, options=(Option(id="o", label="With b", arguments={"b": True}),))
    with pytest.raises(NotAReviewer):
        await world.say(request, Verdict.MODIFY, by=EVE, arguments={"a": True})


class Both:
    """Holds where both arguments are true."""

    def __init__(self, one: str, other: str) -> None:
        self._names = (one, other)
        self.text = f"arguments.{one} && arguments.{other}"

    def holds(self, facts: object) -> bool:
        return all(facts.action.arguments.get(name) is True for name in self._names)  # type: ignore[attr-defined]


async def test_an_option_chosen_after_an_edit_is_judged_with_it(world: World, agent: Agent):
    """A looser ruling of the edited action alone must not let an option through that needs two people."""
    request = await world.ask(agent, "hard_delete", options=(Option(id="o", label="All", arguments={"force": True}),))
    assert request.ruling.quorum == 2
    edited = (await world.say(request, Verdict.MODIFY, by=ANA, arguments={"path": "/old"})).request
    assert edited.ruling.quorum == 2 or edited.is_closed
    if not edited.is_closed:
        chosen = (await world.say(request, Verdict.CHOOSE, by=BO, option_id="o")).request
        assert not chosen.is_closed


@pytest.mark.parametrize(
    ("control", "state"), [(Control.PAUSE, SessionState.PAUSING), (Control.STOP, SessionState.STOPPING)]
)
async def test_pause_or_stop_said_with_a_denial_starts_with_the_session(
    world: World, agent: Agent, control: Control, state: SessionState
):
    request, other = await world.ask(agent), await world.ask(agent)
    await world.say(request, Verdict.DENY, by=ANA, control=control)
    session = await world.read_session(agent, request.session_id)
    assert session.state is state
    assert "Ana" in (session.state_reason or "")
    waiting = await world.get(other.id)
    assert waiting.is_closed == (control is Control.STOP)
    if waiting.decision is not None:
        assert (waiting.outcome, waiting.decision.control) == (Outcome.WITHDRAWN, Control.STOP)


async def test_someone_asked_can_have_the_backup_asked_now(world: World, agent: Agent):
    request = await world.ask(agent)
    with pytest.raises(NotAReviewer):
        await world.escalate(request.id, 1, by=EVE)
    up = await world.escalate(request.id, 1, by=ANA)
    assert (up.step, up.expires_at) == (1, request.expires_at)
    with pytest.raises(NobodyLeftToAsk):
        await world.escalate(request.id, 1, by=ANA)
    with pytest.raises(StaleRevision):
        await world.escalate(request.id, 2, by=ANA)
    entry = (await world.audit(request.id))[-1]
    assert (entry.event, entry.actor.id) == (RequestEvent.ESCALATED, ANA.id)


async def test_looking_closely_ends_the_silence_once(world: World, agent: Agent):
    request = await world.ask(agent, "soft_clean")
    await world.show()
    with pytest.raises(NotAReviewer):
        await world.open(request.id, 1, by=EVE)
    assert (await world.get(request.id)).consent_at is not None
    opened = await world.open(request.id, 1, by=ANA)
    assert (opened.consent_at, opened.opened_by) == (None, ANA)
    assert (await world.open(request.id, 1, by=BO)).version == opened.version
    for _ in range(60):
        await world.pass_time(timedelta(seconds=20))
    assert not (await world.get(request.id)).is_closed


async def test_looking_closely_at_a_hard_card_changes_nothing(world: World, agent: Agent):
    request = await world.ask(agent)
    assert await world.open(request.id, 1, by=ANA) == request


async def test_a_request_is_read_by_those_asked_and_its_owner_only(world: World, agent: Agent):
    request = await world.ask(agent)
    for by in (ANA, DAN, OWEN):
        assert (await world.read_request(request.id, by=by)).id == request.id
    with pytest.raises(NotAReviewer):
        await world.read_request(request.id, by=EVE)


async def test_what_people_said_is_written_down_with_who_what_when_and_how_long_it_took(world: World, agent: Agent):
    request = await world.ask(agent, confidence=0.62)
    world.clock.advance(timedelta(seconds=41))
    await world.say(request, Verdict.DENY, by=ANA, reason="the DR cluster")
    submitted, decided = await world.audit(request.id)
    assert (submitted.event, submitted.actor.id, submitted.version) == ("submitted", agent.id, 1)
    assert (decided.event, decided.actor.id, decided.version) == (RequestEvent.DECIDED, ANA.id, 2)
    assert (decided.outcome, decided.latency_ms, decided.confidence) == (Outcome.DENIED, 41_000, 0.62)
    assert (decided.payload["verdict"], decided.payload["reason"]) == (Verdict.DENY, "the DR cluster")
    assert decided.payload["digest"] == request.action.digest


async def test_a_reviewer_named_twice_needs_no_directory(world: World, agent: Agent):
    step = replace(LADDER[0], reviewers=(group(PLATFORM), user(ANA)))
    world.policies.policy = replace(world.policies.policy, ladders={"team": (step,)})
    world.directory.groups_are_unknown = True
    request = await world.ask(agent)
    await world.say(request, Verdict.APPROVE, by=ANA)
    assert world.directory.asked == []


@pytest.mark.parametrize("name", ["hard_delete", "pair_charge"])
async def test_an_option_that_others_decide_about_is_not_let_through_by_these(world: World, agent: Agent, name: str):
    """Only security may allow it; one card has one ladder, so it cannot be offered beside what the team decides."""
    options = (Option(id="o", label="Rotate the keys", action=Action(name="secure_rotate", arguments={})),)
    with pytest.raises(OptionForbidden, match="other people"):
        await world.ask(agent, name, options=options)

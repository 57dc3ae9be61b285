"""What a request let through is undone by its agent, on a person's word, once."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.action import Impact
from bot.domain.card_text import text_of
from bot.domain.directive import DirectiveKind, DirectiveState
from bot.domain.errors import NotAMember, NotEntitled, NotFound, NothingToUndo, UndoneAlready
from bot.domain.notice import NoticeKind
from bot.domain.people import Agent, Standing
from bot.domain.request import ApprovalRequest
from bot.domain.session_card import SessionCard
from bot.domain.vote import Verdict
from tests.support.policies import ANA, BO, EVE, OWEN
from tests.world import World

IMPACT = Impact(reversible=True, undo="Move them back,\ntakes a minute.")


async def told(world: World, agent: Agent, **more: Any) -> ApprovalRequest:
    """Something that policy let through with a notice, and that its agent has got."""
    request = await world.ask(agent, "notify_move", impact=IMPACT, **more)
    await world.record_delivered(agent, [request.id])
    return request


async def ran(world: World, agent: Agent, request: ApprovalRequest) -> None:
    decision = (await world.get(request.id)).decision
    assert decision is not None
    await world.acknowledge(agent, request.id, claim=decision.claim, holder="worker")
    await world.report(agent, request.id, succeeded=True, summary=None)


async def test_its_agent_is_told_to_undo_it_and_the_card_follows(world: World, agent: Agent):
    request = await told(world, agent)
    await world.show()
    [message] = world.chat.messages
    assert message.card.undo == "Move them back, takes a minute."
    undo = await world.undo(request.id, by=ANA)
    assert (undo.kind, undo.request_id, undo.issued_by) == (DirectiveKind.UNDO, request.id, ANA)
    await world.show()
    assert message.card.undo is None
    assert undo_line(message.card) == "Undo sent 12:00 UTC"
    await world.record_handed(agent, [undo.id])
    await world.obey(agent, undo.id, state="done", answer="moved 40 files back")
    await world.show()
    assert undo_line(message.card) == (
        "Undo sent 12:00 UTC  →  delivered 12:00 UTC  →  acknowledged 12:00 UTC  →  done 12:00 UTC"
    )
    assert ("tidy on undoing it", "moved 40 files back") in [
        (fact.label, text_of(fact.text)) for fact in message.card.facts
    ]
    assert len(world.chat.messages) == 1, "the session has no card for it"


def undo_line(card: object) -> str:
    return text_of(card.closed.undo)  # type: ignore[attr-defined]


async def test_it_reaches_an_agent_whose_session_has_ended(world: World, agent: Agent):
    session = await world.start_session(agent, goal=None, environment=None)
    request = await told(world, agent, session_id=session.id)
    await world.end_session(agent, session.id)
    undo = await world.undo(request.id, by=OWEN)
    assert [one.id for one in await world.open_directives(agent)] == [undo.id]
    entries = await world.callbacks(agent, after=0, wait=timedelta(), limit=9)
    assert [entry.directive_id for entry, _ in entries] == [undo.id]


async def test_who_asks_again_hears_who_asked_already(world: World, agent: Agent):
    request = await told(world, agent)
    undo = await world.undo(request.id, by=ANA)
    for _ in range(2):
        with pytest.raises(UndoneAlready) as refused:
            await world.undo(request.id, by=BO)
        assert refused.value.directive.issued_by == ANA
        await world.obey(agent, undo.id, state="done", answer=None)


async def test_one_that_failed_may_be_asked_for_again(world: World, agent: Agent):
    request = await told(world, agent)
    await world.show()
    await world.obey(agent, (await world.undo(request.id, by=ANA)).id, state="failed", answer="no space")
    await world.show()
    card, note = world.chat.messages
    assert card.card.undo is not None
    assert card.card.closed is not None
    assert text_of(card.card.closed.undo_warning) == "tidy could not undo what it did."
    assert note.below == card.ref
    assert isinstance(note.content, SessionCard)
    assert note.content.kind is NoticeKind.DIRECTIVE_UNANSWERED
    assert note.content.text.splitlines() == [
        "Ana, its owner: tidy could not undo what it did.",
        "tidy says: no space",
        "It is about: Run notify_move",
    ]
    assert (await world.undo(request.id, by=BO)).state is DirectiveState.ISSUED


async def test_what_people_approved_can_be_undone_once_the_agent_has_the_yes(world: World, agent: Agent):
    request = await world.ask(agent, impact=IMPACT)
    with pytest.raises(NothingToUndo, match="nothing has run"):
        await world.undo(request.id, by=ANA)
    await world.say(request, Verdict.APPROVE, by=ANA)
    with pytest.raises(NothingToUndo, match="has not got the answer"):
        await world.undo(request.id, by=ANA)
    await ran(world, agent, request)
    await world.undo(request.id, by=BO)


async def test_nothing_is_undone_that_did_not_run_or_cannot_be(world: World, agent: Agent):
    denied = await world.ask(agent, impact=IMPACT)
    await world.say(denied, Verdict.DENY, by=ANA)
    with pytest.raises(NothingToUndo, match="nothing has run"):
        await world.undo(denied.id, by=ANA)
    request = await world.ask(agent, "notify_move")
    await world.record_delivered(agent, [request.id])
    with pytest.raises(NothingToUndo, match="gave no way"):
        await world.undo(request.id, by=ANA)
    await world.show()
    assert all(message.card.undo is None for message in world.chat.messages)


async def test_owner_operators_and_who_was_asked_may_undo(world: World, agent: Agent):
    request = await told(world, agent)
    with pytest.raises(NotEntitled):
        await world.undo(request.id, by=EVE)
    world.directory.standings[ANA.id] = Standing.GUEST
    with pytest.raises(NotAMember):
        await world.undo(request.id, by=ANA)
    with pytest.raises(NotFound):
        await world.undo("apr_unknown", by=OWEN)
    await world.undo(request.id, by=OWEN)


async def test_a_secret_in_the_answer_is_not_shown(world: World, agent: Agent):
    request = await told(world, agent, arguments={"password": "hunter22hunter"})
    await world.show()
    undo = await world.undo(request.id, by=ANA)
    await world.obey(agent, undo.id, state="failed", answer="hunter22hunter is wrong")
    await world.show()
    assert all("hunter22" not in str(message.drawn) for message in world.chat.messages)
    assert "•••• hidden is wrong" in str(world.chat.messages[1].content)


async def test_a_stop_does_not_overtake_it(world: World, agent: Agent):
    request = await told(world, agent)
    undo = await world.undo(request.id, by=ANA)
    await world.direct(request.session_id, DirectiveKind.STOP, by=OWEN)
    await world.end_session(agent, request.session_id)
    assert (await world.directive(undo.id)).is_open

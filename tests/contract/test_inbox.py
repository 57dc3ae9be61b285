"""What waits for whom, and who is asked in whose place."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.domain.errors import DirectoryUnavailable, InvalidField, NotAMember, NotAReviewer, SelfApproval
from bot.domain.notice import NoticeKind
from bot.domain.people import Agent, Person, Standing
from bot.domain.vote import Verdict
from bot.services.absence import CHUNK, ComeBack, GoAway, ReadAbsence
from bot.services.inbox import InboxPage, ReadInbox
from tests.support.policies import ANA, BO, CHEN, DAN, EVE, FIRST_WAIT, OWEN, PLATFORM, SUE
from tests.world import World

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
Read = Callable[..., Awaitable[InboxPage]]


@pytest.fixture
def inbox(world: World) -> Read:
    return ReadInbox(world.store, world.directory)


@pytest.fixture
def go_away(world: World) -> GoAway:
    return GoAway(world.store, world.directory)


@pytest.fixture
def come_back(world: World) -> ComeBack:
    return ComeBack(world.store, world.directory)


async def ids(inbox: Read, by: Person) -> list[str]:
    return [request.id for request in (await inbox(by)).items]


async def test_what_is_asked_by_name_or_by_group_waits_the_oldest_deadline_first(
    world: World, agent: Agent, inbox: Read
):
    later = await world.ask(agent)
    sooner = await world.ask(agent, deadline=10 * MINUTE)
    for person in (ANA, BO, DAN):
        assert await ids(inbox, person) == [sooner.id, later.id]
    assert await ids(inbox, EVE) == []
    assert (await inbox(ANA)).total == 2


async def test_the_backup_finds_it_once_the_backup_is_asked(world: World, agent: Agent, inbox: Read):
    request = await world.ask(agent, "hard_delete")
    world.directory.groups[PLATFORM] = frozenset()
    assert await ids(inbox, CHEN) == []
    await world.show()
    await world.pass_time(FIRST_WAIT)
    assert await ids(inbox, CHEN) == [request.id]
    assert await ids(inbox, ANA) == [request.id]


async def test_what_is_closed_voted_on_or_held_waits_for_nobody(world: World, agent: Agent, inbox: Read):
    closed, voted = await world.ask(agent), await world.ask(agent, "pair_delete")
    await world.say(closed, Verdict.DENY, by=BO)
    await world.say(voted, Verdict.APPROVE, by=ANA)
    assert await ids(inbox, ANA) == []
    assert await ids(inbox, BO) == [voted.id]
    await world.withdraw(agent, voted.id, reason=None)
    assert await ids(inbox, BO) == []


async def test_an_edit_that_asks_anew_brings_it_back(world: World, agent: Agent, inbox: Read):
    request = await world.ask(agent, "pair_delete", {"path": "/tmp"})
    await world.say(request, Verdict.APPROVE, by=ANA)
    await world.say(request, Verdict.MODIFY, by=BO, arguments={"path": "/var"})
    assert await ids(inbox, ANA) == [request.id]
    assert await ids(inbox, BO) == []
    await world.say(request, Verdict.MODIFY, by=ANA, arguments={"path": "/var", "secure": True})
    assert await ids(inbox, SUE) == [request.id]


async def test_an_owner_finds_only_what_policy_lets_them_decide(world: World, agent: Agent, inbox: Read):
    await world.ask(agent)
    own = await world.ask(agent, "own_delete")
    assert await ids(inbox, OWEN) == [own.id]


async def test_an_owner_in_an_asked_group_does_not_find_it_either(world: World, inbox: Read):
    theirs = await world.agent("danbot", owner=DAN.id)
    await world.ask(theirs)
    assert await ids(inbox, DAN) == []


async def test_pages_go_on_where_the_last_one_ended(world: World, agent: Agent, inbox: Read):
    asked = [(await world.ask(agent, arguments={"n": n})).id for n in range(7)]
    seen: list[str] = []
    page = await inbox(ANA, limit=3)
    while True:
        seen += [request.id for request in page.items]
        if page.next is None:
            break
        page = await inbox(ANA, limit=3, after=page.next)
    assert seen == asked
    assert page.total == 7


@pytest.mark.parametrize("after", ["", "x", "2026-11-20~apr_1", "2026-11-20T10:00:00+00:00"])
async def test_a_cursor_that_no_page_gave_is_refused(inbox: Read, after: str):
    with pytest.raises(InvalidField, match="after"):
        await inbox(ANA, after=after)


async def test_a_guest_has_no_inbox_and_without_a_directory_nobody_has(world: World, inbox: Read):
    world.directory.standings[EVE.id] = Standing.GUEST
    with pytest.raises(NotAMember):
        await inbox(EVE)
    world.directory.is_down = True
    with pytest.raises(DirectoryUnavailable):
        await inbox(ANA)


async def test_in_a_workspace_without_groups_those_named_instead_find_it(world: World, agent: Agent, inbox: Read):
    world.directory.groups[PLATFORM] = None
    await world.ask(agent)
    assert await ids(inbox, DAN) == []  # the test's group names nobody instead


async def test_whoever_goes_away_hands_over_what_is_open_by_a_new_message(
    world: World, agent: Agent, go_away: GoAway, inbox: Read
):
    first, second = await world.ask(agent), await world.ask(agent, "pair_delete")
    await world.show()
    away = await go_away(by=ANA, backup=EVE, until=world.clock() + HOUR)
    assert away.handed_over == 2
    await world.show()
    copies = [message for message in world.chat.messages if message.target == EVE.id]
    assert {message.card.request_id for message in copies} == {first.id, second.id}
    assert all(message.card.kind is NoticeKind.COPY for message in copies)
    assert await ids(inbox, EVE) == [first.id, second.id]
    decided = await world.say(first, Verdict.APPROVE, by=EVE)
    assert decided.request.is_closed


async def test_what_is_asked_meanwhile_goes_to_the_backup_too(world: World, agent: Agent, go_away: GoAway):
    await go_away(by=ANA, backup=EVE)
    request = await world.ask(agent)
    await world.show()
    assert [message.card.request_id for message in world.chat.messages if message.target == EVE.id] == [request.id]


async def test_the_backup_of_somebody_in_a_group_is_asked_in_the_groups_place(
    world: World, agent: Agent, go_away: GoAway
):
    request = await world.ask(agent)
    assert (await go_away(by=DAN, backup=EVE)).handed_over == 1
    assert (await world.say(request, Verdict.DENY, by=EVE)).request.is_closed


async def test_a_backup_is_asked_only_while_the_other_is_away(
    world: World, agent: Agent, go_away: GoAway, come_back: ComeBack
):
    request = await world.ask(agent)
    await go_away(by=ANA, backup=EVE)
    assert await come_back(by=ANA) == 1
    with pytest.raises(NotAReviewer):
        await world.say(request, Verdict.APPROVE, by=EVE)
    await go_away(by=ANA, backup=EVE, until=world.clock() + MINUTE)
    world.clock.advance(MINUTE)
    with pytest.raises(NotAReviewer):
        await world.say(request, Verdict.APPROVE, by=EVE)
    assert await ReadAbsence(world.store)(ANA.id) is None


async def test_nobody_stands_in_for_an_owner_who_cannot_decide(world: World, agent: Agent, go_away: GoAway):
    request = await world.ask(agent)
    await go_away(by=OWEN, backup=EVE)
    with pytest.raises(NotAReviewer):
        await world.say(request, Verdict.APPROVE, by=EVE)


async def test_an_owner_cannot_decide_as_somebodys_backup(world: World, agent: Agent, go_away: GoAway):
    request = await world.ask(agent)
    assert (await go_away(by=ANA, backup=OWEN)).handed_over == 0
    with pytest.raises(SelfApproval):
        await world.say(request, Verdict.APPROVE, by=OWEN)


async def test_one_person_counts_once_whoever_they_speak_for(world: World, agent: Agent, go_away: GoAway):
    request = await world.ask(agent, "pair_delete")
    await go_away(by=ANA, backup=BO)
    await world.say(request, Verdict.APPROVE, by=BO)
    assert not (await world.get(request.id)).is_closed


async def test_a_backup_is_another_full_member_who_is_there(world: World, go_away: GoAway):
    world.directory.standings[EVE.id] = Standing.GUEST
    for backup, problem in ((ANA, "somebody else"), (EVE, "full member")):
        with pytest.raises(InvalidField, match=problem):
            await go_away(by=ANA, backup=backup)
    await go_away(by=BO, backup=DAN)
    with pytest.raises(InvalidField, match="away too"):
        await go_away(by=ANA, backup=BO)
    with pytest.raises(InvalidField, match="passed"):
        await go_away(by=ANA, backup=DAN, until=world.clock())


async def test_more_than_fit_into_one_transaction_are_handed_over_all(world: World, agent: Agent, go_away: GoAway):
    for n in range(CHUNK + 3):
        await world.ask(agent, arguments={"n": n})
    assert (await go_away(by=ANA, backup=EVE)).handed_over == CHUNK + 3


async def test_coming_back_again_changes_nothing(world: World, go_away: GoAway, come_back: ComeBack):
    await go_away(by=ANA, backup=EVE)
    assert [await come_back(by=ANA) for _ in range(2)] == [0, 0]
    assert await ReadAbsence(world.store)(ANA.id) is None

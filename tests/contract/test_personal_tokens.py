"""Personal tokens: shown once, kept as a hash, theirs until revoked."""

import pytest

from bot.domain.errors import InvalidField, NotAMember, NotFound, StandingUnknown
from bot.domain.people import TERMINAL, Person, Standing
from bot.services.manage_agents import key_hash
from bot.services.personal_tokens import PREFIX, PersonalTokens, is_personal_token
from tests.support.policies import ANA, BO
from tests.world import World


@pytest.fixture
def tokens(world: World) -> PersonalTokens:
    return PersonalTokens(world.store, world.ids, world.directory)


async def test_a_token_says_who_its_holder_is(tokens: PersonalTokens):
    token = await tokens.add(ANA.id, "Ana")
    assert await tokens.holder_of(token) == Person(surface=TERMINAL, id=ANA.id, name="Ana")


async def test_a_token_is_kept_only_as_a_hash_and_looks_unlike_an_agents_key(world: World, tokens: PersonalTokens):
    token, key = await tokens.add(ANA.id, "Ana"), await world.agents.add("tidy", ANA.id)
    (kept,) = await tokens.all()
    assert token not in str(kept)
    assert (kept.token_hash, kept.slack_user_id, kept.name) == (key_hash(token), ANA.id, "Ana")
    assert token.startswith(f"{PREFIX}_")
    assert (is_personal_token(token), is_personal_token(key)) == (True, False)
    assert await world.agents.holder_of(token) is None
    assert await tokens.holder_of(key) is None


async def test_a_revoked_token_opens_nothing_and_the_others_stay(tokens: PersonalTokens):
    laptop, phone, bos = await tokens.add(ANA.id, "Ana"), await tokens.add(ANA.id, "Ana"), await tokens.add(BO.id, "Bo")
    first = (await tokens.all())[0]
    assert [token.id for token in await tokens.revoke(first.id)] == [first.id]
    assert await tokens.holder_of(laptop) is None
    assert await tokens.holder_of(phone) is not None
    assert len(await tokens.revoke(ANA.id)) == 1
    assert await tokens.holder_of(phone) is None
    assert await tokens.holder_of(bos) is not None
    assert [token.revoked_at is None for token in await tokens.all()] == [False, False, True]


@pytest.mark.parametrize("which", ["tok_0", "U0", ""])
async def test_only_a_token_that_works_can_be_revoked(tokens: PersonalTokens, which: str):
    await tokens.add(ANA.id, "Ana")
    await tokens.revoke(ANA.id)
    for one in (which, ANA.id):
        with pytest.raises(NotFound):
            await tokens.revoke(one)


@pytest.mark.parametrize("standing", [Standing.GUEST, Standing.STRANGER, Standing.GONE])
async def test_only_full_members_get_a_token_and_only_they_use_it(
    world: World, tokens: PersonalTokens, standing: Standing
):
    token = await tokens.add(ANA.id, "Ana")
    world.directory.standings[ANA.id] = standing
    with pytest.raises(NotAMember):
        await tokens.add(ANA.id, "Ana")
    with pytest.raises(NotAMember):
        await tokens.holder_of(token)


async def test_no_token_is_given_while_nobody_can_be_told_but_one_that_was_given_works(
    world: World, tokens: PersonalTokens
):
    token = await tokens.add(ANA.id, "Ana")
    world.directory.is_down = True
    with pytest.raises(StandingUnknown):
        await tokens.add(BO.id, "Bo")
    assert (await tokens.holder_of(token)) is not None


@pytest.mark.parametrize("person", ["", "ana", "@ana", "u024be7lh", "U02 4", "S01ONCALL", "Ü1"])
async def test_a_token_belongs_to_a_slack_user_id(tokens: PersonalTokens, person: str):
    with pytest.raises(InvalidField, match="person"):
        await tokens.add(person, "Ana")


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "n" * 81])
async def test_a_name_can_be_seen_and_fits_a_card(tokens: PersonalTokens, name: str):
    with pytest.raises(InvalidField, match="name"):
        await tokens.add(ANA.id, name)


async def test_a_name_is_kept_without_what_cannot_be_seen(tokens: PersonalTokens):
    await tokens.add(ANA.id, " An\u202ea \n R ")
    assert [token.name for token in await tokens.all()] == ["Ana R"]

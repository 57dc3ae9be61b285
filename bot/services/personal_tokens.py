"""Tokens for people's tools. One is shown once, and kept only as its SHA-256: 256 random bits need no slow hash.

A token says who its holder is on Slack, and nothing else: what they may do is asked of the policy and the directory at
every use, as it is for a click.
"""

from bot.domain.card_text import one_line
from bot.domain.errors import InvalidField, NotFound
from bot.domain.people import TERMINAL, Person, is_slack_user_id
from bot.services.manage_agents import key_hash
from bot.services.membership import check_standing
from bot.services.ports import Directory, Ids, Store
from bot.services.repositories.personal_tokens import PersonalToken
from bot.services.work import Work

PREFIX = "sayso-person"
"""How a personal token begins; an agent's key begins with `sayso_`."""
NAME_LENGTH = 80


def is_personal_token(said: str) -> bool:
    """Whether this looks like a personal token, and not like an agent's key."""
    return said.startswith(f"{PREFIX}_")


class PersonalTokens:
    def __init__(self, store: Store, ids: Ids, directory: Directory) -> None:
        self._store, self._ids, self._directory = store, ids, directory

    async def add(self, slack_user_id: str, name: str) -> str:
        """A new token of a full member; others they have stay as they are.

        Raises InvalidField, NotAMember, and StandingUnknown: a token is not given to whoever may be a guest.
        """
        if not is_slack_user_id(slack_user_id):
            raise InvalidField("person", f"a Slack user id such as U024BE7LH is expected, not {slack_user_id!r}")
        clean = one_line(name)
        if not clean or len(clean) > NAME_LENGTH:
            raise InvalidField("name", f"1 to {NAME_LENGTH} visible characters are expected")
        await check_standing(self._directory, Person(surface="slack", id=slack_user_id, name=clean))
        token_id, token = self._ids.new("tok"), self._ids.secret(PREFIX)

        def add(work: Work) -> None:
            work.personal_tokens.add(
                PersonalToken(
                    id=token_id,
                    token_hash=key_hash(token),
                    slack_user_id=slack_user_id,
                    name=clean,
                    created_at=work.now,
                )
            )

        await self._store.run(add)
        return token

    async def holder_of(self, token: str) -> Person | None:
        """Whose token this is; None for an unknown or revoked one. Raises NotAMember once they are no full member."""
        digest = key_hash(token)
        kept = await self._store.read(lambda work: work.personal_tokens.by_hash(digest))
        if kept is None:
            return None
        person = Person(surface=TERMINAL, id=kept.slack_user_id, name=kept.name)
        await check_standing(self._directory, person)
        return person

    async def revoke(self, id_or_slack_user_id: str) -> list[PersonalToken]:
        """Make one token worthless, or all of a person. Returns those that worked until now. Raises NotFound."""
        revoked = await self._store.run(lambda work: work.personal_tokens.revoke(id_or_slack_user_id, work.now))
        if not revoked:
            raise NotFound("working token", id_or_slack_user_id)
        return revoked

    async def all(self) -> list[PersonalToken]:
        """Every token, revoked ones too, oldest first."""
        return await self._store.read(lambda work: work.personal_tokens.all())

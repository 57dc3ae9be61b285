"""The people whom the policy in force names."""

from collections.abc import Sequence

from bot.domain.people import ReviewerKind, ReviewerRef
from bot.services.ports import Policies


class NamedPeople:
    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    def all(self) -> Sequence[ReviewerRef]:
        """By name."""
        return sorted(self._policies.current().people.values(), key=lambda one: one.name.casefold())

    def one(self, slack_user_id: str) -> ReviewerRef:
        """Somebody, by the name that the policy gives them, or by their id."""
        named = self._policies.current().people.get(slack_user_id)
        return named or ReviewerRef(kind=ReviewerKind.USER, id=slack_user_id, name=slack_user_id)

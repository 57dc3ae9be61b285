"""Every refusal of the domain has its place in the table, and says what is wrong."""

from collections.abc import Iterator

import pytest
from sayso.protocol import ProblemType

from bot.api.problems import KINDS, REFUSALS, problem_type_of, refused_by
from bot.domain import errors
from bot.domain.errors import (
    BadInput,
    BadJson,
    Conflict,
    DirectoryUnavailable,
    DomainError,
    EditRefused,
    InvalidField,
    LostRace,
    OptionForbidden,
    TransitionRefused,
)


def below(root: type[DomainError]) -> Iterator[type[DomainError]]:
    for child in root.__subclasses__():
        yield child
        yield from below(child)


TREE = [error for error in below(DomainError) if error.__module__ == errors.__name__ and error is not Conflict]


@pytest.mark.parametrize("error", TREE)
def test_every_error_of_the_tree_has_a_status(error: type[DomainError]):
    assert 400 <= KINDS[problem_type_of(error)].status < 600


@pytest.mark.parametrize("error", list(below(Conflict)))
def test_every_conflict_has_a_row_of_its_own(error: type[DomainError]):
    assert error in REFUSALS


def test_every_type_of_problem_has_a_status_and_a_title():
    assert set(KINDS) == set(ProblemType)
    assert len({kind.title for kind in KINDS.values()}) == len(KINDS)


BAD_INPUTS = {
    InvalidField: (InvalidField("goal", "is too vague"), "goal", "is too vague"),
    BadJson: (BadJson("a.b", "is not exact"), "a.b", "is not exact"),
    OptionForbidden: (OptionForbidden(1, "All", "no"), "options[1]", "is forbidden by policy: no; leave it out"),
    EditRefused: (EditRefused({"days": "is no number"}), "arguments.days", "is no number"),
}


@pytest.mark.parametrize("kind", list(below(BadInput)))
def test_every_bad_input_names_its_field(kind: type[BadInput]):
    error, field, message = BAD_INPUTS[kind]
    refused = refused_by(error)
    assert [(wrong.field, wrong.message) for wrong in refused.problem.errors] == [(field, message)]
    assert refused.problem.status == 422


@pytest.mark.parametrize("error", [DirectoryUnavailable("Slack is away"), LostRace("apr_1")])
def test_what_may_fare_better_later_says_when(error: DomainError):
    refused = refused_by(error)
    assert (refused.problem.status, refused.headers["Retry-After"]) == (503, "1")


def test_a_transition_is_refused_by_where_the_request_is():
    assert refused_by(TransitionRefused("apr_1", "pending", "ack")).problem.type == ProblemType.STILL_PENDING
    assert refused_by(TransitionRefused("apr_1", "delivered", "result")).problem.type == ProblemType.OUT_OF_ORDER

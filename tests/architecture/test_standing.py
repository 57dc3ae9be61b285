"""Whoever acts for a person asks first who they are: a guest must not get in by a service that forgot to."""

import ast

from tests.architecture.source import SERVER, sources

ELSEWHERE = {"bot/services/membership.py": "it is there", "bot/services/read_review.py": "ReadRequest asks"}


def test_every_service_that_acts_for_a_person_checks_their_standing():
    found = [
        source.name
        for source in sources(SERVER / "services")
        if any(_acts_for_a_person(node) for node in ast.walk(source.tree))
        and not any(isinstance(node, ast.Name) and node.id == "check_standing" for node in ast.walk(source.tree))
    ]
    assert found == list(ELSEWHERE)


def _acts_for_a_person(node: ast.AST) -> bool:
    """A use case, called with `by`: a person."""
    if not isinstance(node, ast.AsyncFunctionDef):
        return False
    arguments = [*node.args.args, *node.args.kwonlyargs]
    return any(one.arg == "by" and one.annotation and ast.unparse(one.annotation) == "Person" for one in arguments)

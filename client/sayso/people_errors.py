"""What can keep a person's word from counting.

PeopleError             `str(error)` is a sentence for the person
├── NotDone             the server refused it: nothing changed          .problem
├── NotAnswered         the server is away                              .may_have_arrived
└── NotReadable         the answer makes no sense to this client
"""

from sayso.protocol import Problem


class PeopleError(Exception):
    """The root of the tree."""


class NotDone(PeopleError):
    """The server refused it, and says why. Nothing changed. `problem.type` is stable: programs may decide by it."""

    def __init__(self, problem: Problem) -> None:
        wrong = "; ".join(f"{error.field or 'body'} {error.message}" for error in problem.errors)
        super().__init__(problem.detail or (f"{problem.title}: {wrong}." if wrong else f"{problem.title}."))
        self.problem = problem


class NotAnswered(PeopleError):
    """The server is away. Where `may_have_arrived`, look whether the word counted before it is said again."""

    def __init__(self, detail: str, *, may_have_arrived: bool) -> None:
        unsure = " It may have arrived: look again before you repeat it." if may_have_arrived else " Nothing changed."
        super().__init__(f"The server does not answer ({detail or 'no answer'}).{unsure}")
        self.detail, self.may_have_arrived = detail, may_have_arrived


class NotReadable(PeopleError):
    """The server's answer makes no sense to this client, which may be older than the server."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"The server answered in a way that this version does not understand ({detail}).")
        self.detail = detail

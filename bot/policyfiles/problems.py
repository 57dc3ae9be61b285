"""What is wrong with a policy file, and where."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to put right. `file` is its folder and name, `line` and `column` count from 1."""

    file: str
    line: int
    column: int
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: found {self.found}, expected {self.expected}"


class PolicyError(Exception):
    """A policy that cannot be put in force. `problems` are all of them, from the top of the file."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))

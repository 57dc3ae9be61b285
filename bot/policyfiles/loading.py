"""Policies from disk."""

from pathlib import Path

from bot.domain.policy import Policy
from bot.policyfiles.assembly import assembled
from bot.policyfiles.checks import check_entries
from bot.policyfiles.document import read_document
from bot.policyfiles.entries import read_entries
from bot.policyfiles.problems import PolicyError, Problem

_SUFFIXES = frozenset({".yaml", ".yml"})


def load_policy(path: Path) -> Policy:
    """The policy in a file, or in a folder that holds one policy file.

    Raises PolicyError with every problem. Places are the folder's and the file's name, never a path of this machine.
    """
    source = _policy_file(path.resolve())
    return read_policy(_text(source), file=_shown(source))


def read_policy(text: str, *, file: str) -> Policy:
    """The policy in a text; `file` is how its places are called. Raises PolicyError with every problem."""
    document = read_document(text, file=file)
    entries = read_entries(document)
    check_entries(document, entries)
    if document.problems:
        raise PolicyError(document.problems)
    return assembled(document, entries)


def shipped_policies() -> Path:
    """The folder of the policies that come with Sayso, in an installed package as in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "policies"
    return installed if installed.is_dir() else package.parent / "policies"


def _policy_file(path: Path) -> Path:
    if not path.is_dir():
        return path
    names = sorted(inner.name for inner in path.iterdir() if _is_policy_file(inner))
    if len(names) != 1:
        found = f"{len(names)} policy files ({', '.join(names)})" if names else "no policy file"
        raise PolicyError([Problem(path.name, 1, 1, found, "one file that ends in .yaml; or name the file itself")])
    return path / names[0]


def _is_policy_file(path: Path) -> bool:
    return path.suffix in _SUFFIXES and not path.name.startswith(".") and path.is_file()


def _text(source: Path) -> str:
    try:
        return source.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        column = problem.start - problem.object.rfind(b"\n", 0, problem.start)
        raise PolicyError([Problem(_shown(source), line, column, "bytes that are no UTF-8", "UTF-8 text")]) from problem
    except OSError as problem:
        reason = (problem.strerror or "an error").lower()
        raise PolicyError([Problem(_shown(source), 1, 1, f"no readable file ({reason})", "a policy file")]) from problem


def _shown(source: Path) -> str:
    return f"{source.parent.name}/{source.name}" if source.parent.name else source.name

"""Commands as an operator types them, without the second that a process takes to start."""

from typer.testing import CliRunner, Result

from bot.__main__ import cli


def sayso(*words: str, **environment: str | None) -> Result:
    result = CliRunner().invoke(cli, words, env=environment)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result

"""The command line `sayso`: parses and calls."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot import app
from bot.domain.errors import DomainError
from bot.policyfiles import PolicyError
from bot.settings import BadSettings, ServerSettings, Settings, TokenSettings, read_settings
from bot.slack.manifest import YOUR_HOST, manifest_text
from bot.terminal import add_tools

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="People oversee AI agents from Slack.")
agent = typer.Typer(no_args_is_help=True, help="The agents that may ask, and their keys.")
token = typer.Typer(no_args_is_help=True, help="Who may use people's tools: personal tokens.")
policy = typer.Typer(no_args_is_help=True, help="The rules: whether to ask, whom, how long.")
cli.add_typer(agent, name="agent")
cli.add_typer(policy, name="policy")
cli.add_typer(token, name="token")
add_tools(cli, app.run_tool)

Name = Annotated[str, typer.Argument(help="The agent's name, as it stands on cards.")]


@cli.command()
def serve() -> None:
    """Run the server until it is told to stop."""
    asyncio.run(app.serve(read_settings(ServerSettings)))


@cli.command()
def demo(
    port: Annotated[int, typer.Option(help="Where the practice page is. 0 takes a free one.")] = 8765,
    socket: Annotated[bool, typer.Option("--socket", help="Let the practice Slack deliver over Socket Mode.")] = False,
) -> None:
    """Show the product: a practice Slack and scripted agents, no account and no keys needed."""
    asyncio.run(app.demo(port, transport="socket" if socket else "http"))


@cli.command()
def migrate() -> None:
    """Bring the database to this version's schema."""
    typer.echo(app.migrate_database(read_settings(Settings)))


@cli.command()
def manifest(
    host: Annotated[str, typer.Option(help="The public name of your server, for signed HTTP.")] = YOUR_HOST,
    socket: Annotated[bool, typer.Option("--socket", help="For Socket Mode, which needs no public name.")] = False,
) -> None:
    """Print the description of the Slack app, to be pasted where Slack creates apps."""
    typer.echo(manifest_text(host=None if socket else host.removeprefix("https://").strip("/")), nl=False)


@agent.command("add")
def agent_add(
    name: Name, owner: Annotated[str, typer.Option(help="The owner's Slack user id, such as U024BE7LH.")]
) -> None:
    """Register an agent and print its key, once."""
    typer.echo(asyncio.run(app.with_agents(read_settings(Settings), lambda agents: agents.add(name, owner))))


@agent.command("list")
def agent_list() -> None:
    """Show every agent with its owner."""
    for kept in asyncio.run(app.with_agents(read_settings(Settings), lambda agents: agents.all())):
        state = f"revoked {kept.revoked_at:%Y-%m-%d}" if kept.revoked_at else "active"
        typer.echo(f"{kept.agent.name}  owner {kept.agent.owner_slack_user_id}  {state}")


@agent.command("rotate")
def agent_rotate(name: Name) -> None:
    """Print a new key for an agent; the old one stops working at once."""
    typer.echo(asyncio.run(app.with_agents(read_settings(Settings), lambda agents: agents.rotate(name))))


@agent.command("revoke")
def agent_revoke(name: Name) -> None:
    """Make an agent's key worthless."""
    asyncio.run(app.with_agents(read_settings(Settings), lambda agents: agents.revoke(name)))
    typer.echo(f"{name} is revoked.")


@token.command("add")
def token_add(
    person: Annotated[str, typer.Argument(help="Their Slack user id, such as U024BE7LH.")],
    name: Annotated[str, typer.Option(help="What they are called, where the policy does not name them.")],
) -> None:
    """Print a personal token, once, for a full member of the workspace. It speaks for them: give it to nobody else."""
    typer.echo(asyncio.run(app.with_tokens(read_settings(TokenSettings), lambda tokens: tokens.add(person, name))))


@token.command("list")
def token_list() -> None:
    """Show who has a token, oldest first."""
    for kept in asyncio.run(app.with_tokens(read_settings(Settings), lambda tokens: tokens.all())):
        state = f"revoked {kept.revoked_at:%Y-%m-%d}" if kept.revoked_at else "active"
        typer.echo(f"{kept.id}  {kept.slack_user_id}  {kept.name}  since {kept.created_at:%Y-%m-%d}  {state}")


@token.command("revoke")
def token_revoke(
    which: Annotated[str, typer.Argument(help="A token's id from `token list`, or a Slack user id for all of theirs.")],
) -> None:
    """Make a token worthless, or all tokens of a person."""
    for kept in asyncio.run(app.with_tokens(read_settings(Settings), lambda tokens: tokens.revoke(which))):
        typer.echo(f"{kept.id} of {kept.name} is revoked.")


@policy.command("check")
def policy_check(
    path: Annotated[Path | None, typer.Argument(help="A policy file or folder. Default: what serve would use.")] = None,
) -> None:
    """Read a policy and say what is wrong with it, with file, line and column."""
    typer.echo(app.check_policy(path or read_settings(Settings).policies))


def main() -> None:
    """Run the command; what a person can act on is one sentence, without a stack trace."""
    try:
        cli()
    except (BadSettings, PolicyError, DomainError, app.CannotStart, app.CannotOpen) as problem:
        typer.echo(str(problem), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()

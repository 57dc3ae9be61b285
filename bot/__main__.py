"""The command line `sayso`: parses and calls."""

import asyncio
import sys
from collections.abc import Awaitable
from datetime import timedelta
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
person = typer.Typer(no_args_is_help=True, help="What is kept of a person.")
policy = typer.Typer(no_args_is_help=True, help="The rules: whether to ask, whom, how long.")
cli.add_typer(agent, name="agent")
cli.add_typer(policy, name="policy")
cli.add_typer(token, name="token")
cli.add_typer(person, name="person")
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
def init(
    folder: Annotated[Path, typer.Argument(help="Where the server will start.")] = Path(),
    *,
    slack_bot_token: Annotated[str, typer.Option(help="xoxb-…")] = "",
    slack_signing_secret: Annotated[str, typer.Option(help="For signed HTTP.")] = "",
    slack_app_token: Annotated[str, typer.Option(help="xapp-…, for Socket Mode.")] = "",
    database_url: Annotated[str, typer.Option(help="sqlite:///FILE or postgresql://…")] = "",
    smtp_url: Annotated[str, typer.Option(help="smtp://… or smtps://…, for the day Slack is down.")] = "",
    url: Annotated[str, typer.Option(help="Where the server can be reached: https://…")] = "",
    force: Annotated[bool, typer.Option("--force", help="Write a new .env; the old one is kept beside it.")] = False,
) -> None:
    """Write .env and a policy to fill in. Asks for what is missing, in a terminal."""
    values = {
        "SLACK_BOT_TOKEN": slack_bot_token,
        "SLACK_SIGNING_SECRET": slack_signing_secret,
        "SLACK_APP_TOKEN": slack_app_token,
        "SAYSO_DATABASE_URL": database_url,
        "SAYSO_SMTP_URL": smtp_url,
        "SAYSO_URL": url,
    }
    if sys.stdin.isatty() and sys.stdout.isatty():
        values = app.ask_missing(values, lambda words: typer.prompt(words, "", hide_input=True, show_default=False))
    typer.echo(app.write_files(folder, values, is_forced=force))


@cli.command()
def doctor(
    *,
    channel: Annotated[str | None, typer.Option(help="Where the test card goes. Default: operations.")] = None,
    url: Annotated[str | None, typer.Option(help="The server's address. Default: SAYSO_URL, or this machine.")] = None,
    self_signed: Annotated[bool, typer.Option("--self-signed", help="Press the card's button by itself.")] = False,
    no_card: Annotated[bool, typer.Option("--no-card", help="Post nothing.")] = False,
    wait: Annotated[float, typer.Option(min=1, help="Seconds to wait for the press.")] = 120,
    is_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Look at everything Sayso needs, and say what to do where something is wrong. `sayso serve` should be running."""
    wishes = app.Wishes(
        channel=channel, url=url, is_self_signed=self_signed, has_card=not no_card, wait=timedelta(seconds=wait)
    )
    is_well = app.visit(wishes, is_json=is_json, tell=typer.echo, say=lambda words: typer.echo(words, err=True))
    sys.exit(0 if is_well else 1)


@cli.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where the copy goes. It must not be there yet.")],
) -> None:
    """Copy the database while the server runs."""
    typer.echo(app.backup_database(read_settings(Settings), file))


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


@agent.command("callbacks")
def agent_callbacks(
    name: Name,
    *,
    to: Annotated[str | None, typer.Option(help="Send its callbacks there: https://…, nats://… or redis://…")] = None,
    off: Annotated[bool, typer.Option("--off", help="Send it nothing any more.")] = False,
    new_secret: Annotated[bool, typer.Option("--new-secret", help="The old one signs too for another day.")] = False,
) -> None:
    """Say where an agent's callbacks are sent, or change it. A secret is printed once."""

    def use(manage: app.ManageAddresses) -> Awaitable[str]:
        return app.change_address(manage, name, to=to, off=off, new_secret=new_secret)

    typer.echo(asyncio.run(app.with_addresses(read_settings(Settings), use)))


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


@person.command("erase")
def person_erase(
    who: Annotated[str, typer.Argument(help="Their Slack user id, such as U024BE7LH.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count where they are named.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask back.")] = False,
) -> None:
    """Take a person's id and name out of everything that is kept. What they decided still counts."""
    settings = read_settings(Settings)
    typer.echo(app.erase_person(settings, who, is_dry=dry_run, may=lambda words: yes or typer.confirm(words)))


@policy.command("check")
def policy_check(
    path: Annotated[Path | None, typer.Argument(help="A policy file or folder. Default: what serve would use.")] = None,
) -> None:
    """Read a policy and say what is wrong with it, with file, line and column."""
    typer.echo(app.check_policy(path or read_settings(Settings).policies))


_SAYS_WHAT_TO_DO = (
    BadSettings,
    PolicyError,
    DomainError,
    app.BackupFailed,
    app.CannotOpen,
    app.CannotStart,
    app.NotWritten,
)


def main() -> None:
    """Run the command; what a person can act on is one sentence, without a stack trace."""
    try:
        cli()
    except _SAYS_WHAT_TO_DO as problem:
        typer.echo(str(problem), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()

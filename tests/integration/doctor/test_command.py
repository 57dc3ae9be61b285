"""`sayso doctor` as an operator types it."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app import practice_running
from tests.integration.doctor.ward import SELF_SIGNED, Ward
from tests.integration.living.shell import sayso
from tests.support.database import a_postgres_database

NOTHING_SET = dict.fromkeys(
    ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL", "SAYSO_URL", "SAYSO_SMTP_URL")
)


def environment(ward: Ward) -> dict[str, str | None]:
    """What the ward's server was started with, as variables."""
    settings = ward.settings()

    def told(secret: SecretStr | None) -> str | None:
        return secret.get_secret_value() if secret else None

    return NOTHING_SET | {
        "SLACK_BOT_TOKEN": told(settings.slack_bot_token),
        "SLACK_APP_TOKEN": told(settings.slack_app_token),
        "SLACK_SIGNING_SECRET": told(settings.slack_signing_secret),
        "SLACK_API_URL": settings.slack_api_url,
        "SAYSO_DATABASE_URL": settings.database_url,
        "SAYSO_POLICIES": str(settings.policies),
        "SAYSO_URL": settings.url,
    }


def test_every_bad_setting_is_named_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    ended = sayso("doctor", **(NOTHING_SET | {"SLACK_APP_TOKEN": "xoxb-1", "SAYSO_SMTP_URL": "mail.example.com"}))
    assert ended.exit_code == 1
    for said in (
        "SLACK_BOT_TOKEN: is not set",
        "SLACK_APP_TOKEN: expected",
        "SAYSO_SMTP_URL: expected",
        "3 to put right",
    ):
        assert said in " ".join(ended.stdout.split())
    assert list(tmp_path.iterdir()) == []


async def test_it_ends_well_with_a_line_for_each_check(ward: Ward):
    ended = await asyncio.to_thread(sayso, "doctor", "--self-signed", **environment(ward))
    assert ended.exit_code == 0, ended.stdout
    assert ended.stdout.endswith("Everything that was looked at is well.\n")
    assert "xoxb-" not in ended.stdout
    lines = ended.stdout.splitlines()
    assert not any(line.startswith(("failed", "warning", "not tried")) for line in lines)
    assert sum(line.startswith("ok  ") for line in lines) == 14


async def test_a_failure_ends_with_1_and_an_arrow_to_what_to_do(ward: Ward):
    ended = await asyncio.to_thread(sayso, "doctor", "--no-card", **{**environment(ward), "SLACK_BOT_TOKEN": "xoxb-no"})
    assert ended.exit_code == 1
    assert "failed     token" in ended.stdout
    assert "→ Copy the Bot User OAuth Token" in ended.stdout


async def test_a_program_gets_json_and_nothing_else(ward: Ward):
    ended = await asyncio.to_thread(sayso, "doctor", "--json", "--self-signed", **environment(ward))
    told: dict[str, Any] = json.loads(ended.stdout)
    assert told["well"] is True
    assert {"name", "state", "what", "fix"} == set(told["checks"][0])
    assert told["checks"][-1]["name"] == "way back"


async def test_a_server_on_postgresql(tmp_path: Path):
    with a_postgres_database() as database:
        async with practice_running(0, database_url=database.url) as (slack, server):
            visit = await Ward(slack, server, "http", tmp_path).visit(SELF_SIGNED)
    assert visit.bad == []
    assert [one.what for one in visit.of("clock")] == ["agrees with the database's", "agrees with Slack's"]
    assert visit.of("disk") == []

"""The environment: every wrong setting in one readable message, and never a value of one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import BadSettings, ServerSettings, Settings, read_settings

NAMES = (
    "SAYSO_DATABASE_URL",
    "DATABASE_URL",
    "SAYSO_HOST",
    "SAYSO_PORT",
    "PORT",
    "SAYSO_POLICIES",
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_API_URL",
    "SAYSO_SMTP_URL",
    "SAYSO_KEEP_DAYS",
)


class Environment:
    """The environment of one test: empty at first, in a folder of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(self, **values: str) -> "Environment":
        for name, value in values.items():
            self._monkeypatch.setenv(name, value)
        return self


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Environment]:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return Environment(monkeypatch)  # type: ignore[return-value]


def test_nothing_needs_to_be_set_to_try_it(environment: Environment):
    settings = read_settings(Settings)
    assert (settings.sqlite_path, settings.port, settings.policies) == ("sayso.db", 8080, None)
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.smtp_url is None


def test_words_are_kept_for_ninety_days_or_as_long_as_is_said(environment: Environment):
    assert read_settings(Settings).keep_days == 90
    environment(SAYSO_KEEP_DAYS="0")
    assert read_settings(Settings).keep_days == 0
    environment(SAYSO_KEEP_DAYS="-1")
    with pytest.raises(BadSettings, match="SAYSO_KEEP_DAYS"):
        read_settings(Settings)


def test_what_a_hosting_platform_sets_is_taken(environment: Environment):
    environment(DATABASE_URL="sqlite:////data/x.db", PORT="5000")
    settings = read_settings(Settings)
    assert (settings.sqlite_path, settings.port) == ("/data/x.db", 5000)


def test_our_own_names_come_first(environment: Environment):
    environment(DATABASE_URL="sqlite:///a.db", SAYSO_DATABASE_URL="sqlite:///b.db", PORT="1", SAYSO_PORT="2")
    settings = read_settings(Settings)
    assert (settings.sqlite_path, settings.port) == ("b.db", 2)


def test_a_file_beside_the_server_is_read_and_the_environment_wins(environment: Environment):
    Path(".env").write_text("SAYSO_PORT=1234\nSAYSO_HOST=127.0.0.1\nUNRELATED=1\n")
    environment(SAYSO_HOST="::1")
    settings = read_settings(Settings)
    assert (settings.port, settings.host) == (1234, "::1")


@pytest.mark.parametrize(
    "url",
    [
        "postgres://ana:p%23w@db.example.com:5432/sayso",
        "postgres://ana:pw@db.example.com/sayso?sslmode=require",
        "postgresql://db.example.com/sayso",
        "postgresql+psycopg://ana@[::1]:5433/sayso",
        "postgresql://ana@/sayso?host=/var/run/postgresql",
    ],
)
def test_the_address_of_a_postgresql_is_taken_as_hosts_give_it(environment: Environment, url: str):
    environment(DATABASE_URL=url, DYNO="web.1")
    settings = read_settings(Settings)
    assert settings.database_url == url
    assert not settings.loses_its_database


WRONG = [
    ({"DATABASE_URL": "postgres://u:p@/db"}, "SAYSO_DATABASE_URL (or DATABASE_URL): names no host"),
    ({"DATABASE_URL": "postgres://u:p@h"}, "names no database"),
    ({"DATABASE_URL": "postgres://u:p#w@h/db"}, "in a password write %23 for #"),
    ({"DATABASE_URL": "postgres://u:p@h:port/db"}, "cannot be read as postgres://USER:PASSWORD@HOST:PORT/NAME"),
    ({"DATABASE_URL": "postgres://u:p@h/db?sslmode=yes"}, "sslmode must be one of disable, allow, prefer, require"),
    ({"DATABASE_URL": "mysql://u:p@h/db"}, "or postgres://USER:PASSWORD@HOST:PORT/NAME"),
    ({"DATABASE_URL": "postgresql+asyncpg://u:p@h/db"}, "or postgres://USER:PASSWORD@HOST:PORT/NAME"),
    ({"SAYSO_DATABASE_URL": "sqlite:///"}, "expected sqlite:///FILE"),
    ({"SAYSO_DATABASE_URL": "sayso.db"}, "expected sqlite:///FILE"),
    ({"PORT": "http"}, "SAYSO_PORT (or PORT): Input should be a valid integer"),
    ({"SAYSO_PORT": "70000"}, "SAYSO_PORT (or PORT): Input should be less than or equal to 65535"),
    ({"SAYSO_POLICIES": "nowhere"}, "SAYSO_POLICIES: there is no file or folder nowhere"),
    ({"SLACK_BOT_TOKEN": "xoxp-1"}, "SLACK_BOT_TOKEN: expected a bot token, which begins with xoxb-"),
    ({"SLACK_BOT_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN: is an app-level token, which belongs in SLACK_APP_TOKEN"),
    ({"SLACK_APP_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN: expected an app-level token, which begins with xapp-"),
    ({"SLACK_SIGNING_SECRET": " "}, "SLACK_SIGNING_SECRET: is empty"),
    ({"SLACK_SIGNING_SECRET": "xapp-1"}, "SLACK_SIGNING_SECRET: is a token"),
    ({"SLACK_API_URL": "slack.com"}, "SLACK_API_URL: expected an http(s) address"),
    ({"SAYSO_SMTP_URL": "mail.example.com"}, "SAYSO_SMTP_URL: expected smtp://"),
]


@pytest.mark.parametrize(("values", "problem"), WRONG, ids=[problem for _, problem in WRONG])
def test_a_wrong_setting_is_said_by_its_name(environment: Environment, values: dict[str, str], problem: str):
    environment(**values)
    with pytest.raises(BadSettings) as wrong:
        read_settings(Settings)
    assert len(wrong.value.problems) == 1
    assert problem in wrong.value.problems[0]


def test_all_wrong_settings_are_said_at_once(environment: Environment):
    environment(SAYSO_PORT="x", SLACK_BOT_TOKEN="y", SAYSO_SMTP_URL="z", DATABASE_URL="w")
    with pytest.raises(BadSettings) as wrong:
        read_settings(ServerSettings)
    assert len(wrong.value.problems) == 5
    assert str(wrong.value).count("\n") == 5
    assert "SLACK_SIGNING_SECRET: is not set" in str(wrong.value)


def test_a_secret_is_never_printed(environment: Environment):
    environment(SLACK_BOT_TOKEN="hunter2-token", SAYSO_SMTP_URL="http://ana:hunter2@h", SLACK_SIGNING_SECRET="hunter2")
    with pytest.raises(BadSettings) as wrong:
        read_settings(ServerSettings)
    assert "hunter2" not in str(wrong.value)
    assert wrong.value.__cause__ is None
    environment(
        SLACK_BOT_TOKEN="xoxb-hunter2",
        SAYSO_SMTP_URL="smtp://ana:hunter2@h",
        DATABASE_URL="postgres://ana:hunter2@h/db",
    )
    assert "hunter2" not in repr(read_settings(ServerSettings))


def test_what_the_server_cannot_do_without_is_asked_for(environment: Environment):
    with pytest.raises(BadSettings) as wrong:
        read_settings(ServerSettings)
    assert [problem.split(":")[0] for problem in wrong.value.problems] == ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"]


def test_an_app_token_stands_in_for_the_signing_secret(environment: Environment):
    environment(SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1")
    settings = read_settings(ServerSettings)
    assert settings.slack_signing_secret is None
    assert settings.slack_app_token is not None


def test_without_either_both_ways_are_said(environment: Environment):
    environment(SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="")
    with pytest.raises(BadSettings) as wrong:
        read_settings(ServerSettings)
    (problem,) = wrong.value.problems
    assert problem.startswith("SLACK_SIGNING_SECRET: is not set")
    assert "set SLACK_APP_TOKEN instead, for Socket Mode" in problem


def test_a_wrong_app_token_is_the_only_problem_said_of_it(environment: Environment):
    environment(SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="hunter2")
    with pytest.raises(BadSettings) as wrong:
        read_settings(ServerSettings)
    (problem,) = wrong.value.problems
    assert problem.startswith("SLACK_APP_TOKEN")
    assert "hunter2" not in problem


def test_an_address_of_slack_may_come_without_its_last_slash(environment: Environment):
    environment(SLACK_API_URL="http://127.0.0.1:5001/api")
    assert read_settings(Settings).slack_api_url == "http://127.0.0.1:5001/api/"


@pytest.mark.parametrize(
    "url", ["postgres://ana:hunter2@h", "postgres://ana:hunter2#@h/db", "postgres://a:hunter2/@h/d"]
)
def test_a_wrong_address_is_refused_without_its_password(environment: Environment, url: str):
    environment(DATABASE_URL=url)
    with pytest.raises(BadSettings) as wrong:
        read_settings(Settings)
    assert "hunter2" not in str(wrong.value)


@pytest.mark.parametrize("name", ["SAYSO_SMTP_URL", "SAYSO_POLICIES", "SLACK_API_URL", "SAYSO_PORT"])
def test_an_empty_setting_is_as_good_as_none(environment: Environment, name: str):
    environment(**{name: ""})
    assert read_settings(Settings) == Settings.model_construct(**Settings().model_dump())
    assert read_settings(Settings).smtp_url is None
    assert read_settings(Settings).policies is None

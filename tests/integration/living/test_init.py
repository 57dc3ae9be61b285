"""`sayso init`: settings and a policy to fill in, whole or not at all, and never over what is there."""

import stat
from pathlib import Path

import pytest

from bot.app.init import NotWritten, ask_missing, write_files
from bot.policyfiles import load_policy
from bot.settings import BadSettings, ServerSettings
from tests.integration.living.shell import sayso

HTTP = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s3cret"}


def settings_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> ServerSettings:
    monkeypatch.chdir(folder)
    return ServerSettings()  # pyright: ignore[reportCallIssue]


def test_what_it_writes_is_what_a_server_starts_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    address = "postgresql://me:it's%23\"$HOME@db.example.com/sayso?sslmode=require"
    write_files(tmp_path, {**HTTP, "SAYSO_DATABASE_URL": address, "SAYSO_SMTP_URL": "smtp://u:a b@mail?from=s@x.com"})
    settings = settings_in(tmp_path, monkeypatch)
    assert settings.database_url == address
    assert settings.slack_bot_token.get_secret_value() == "xoxb-1"
    assert settings.smtp_url is not None
    assert settings.smtp_url.get_secret_value() == "smtp://u:a b@mail?from=s@x.com"
    assert settings.policies is not None
    assert load_policy(settings.policies).operations.channel == "C03OPERATIONS"


def test_only_the_owner_may_read_the_settings(tmp_path: Path):
    write_files(tmp_path, HTTP)
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


def test_what_is_missing_is_named_and_stands_there_empty(tmp_path: Path):
    written = write_files(tmp_path, {})
    assert written.missing == ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET")
    assert "Put SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET into .env" in str(written)
    lines = (tmp_path / ".env").read_text().splitlines()
    assert "SLACK_BOT_TOKEN=" in lines
    assert "# SLACK_APP_TOKEN=" in lines


def test_socket_mode_needs_no_signing_secret(tmp_path: Path):
    written = write_files(tmp_path, {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"})
    assert written.missing == ()
    assert "# SLACK_SIGNING_SECRET=" in (tmp_path / ".env").read_text().splitlines()


def test_nothing_is_overwritten(tmp_path: Path):
    (tmp_path / ".env").write_text("MINE=1")
    with pytest.raises(NotWritten, match=r"was left as it is"):
        write_files(tmp_path, HTTP)
    assert (tmp_path / ".env").read_text() == "MINE=1"
    assert list(tmp_path.iterdir()) == [tmp_path / ".env"]


def test_forced_it_keeps_what_was_there(tmp_path: Path):
    (tmp_path / ".env").write_text("FIRST=1")
    write_files(tmp_path, HTTP, is_forced=True)
    (tmp_path / "policies" / "standard.yaml").write_text("my: policy")
    written = write_files(tmp_path, HTTP, is_forced=True)
    assert (tmp_path / ".env.old").read_text() == "FIRST=1"
    assert "xoxb-1" in (tmp_path / ".env.old2").read_text()
    assert (tmp_path / "policies" / "standard.yaml").read_text() == "my: policy"
    assert "was there already and is as it was" in str(written)


def test_values_that_cannot_work_are_refused_all_at_once(tmp_path: Path):
    with pytest.raises(BadSettings) as refused:
        write_files(tmp_path, {"SLACK_BOT_TOKEN": "xapp-1", "SAYSO_URL": "ftp://x", "SAYSO_DATABASE_URL": "mysql://x"})
    assert len(refused.value.problems) == 3
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NotWritten, match=r"file"):
        write_files(tmp_path / "file" / "inside", HTTP)


def test_no_half_of_a_file_stays_behind(tmp_path: Path):
    (tmp_path / ".env").mkdir()  # what the finished file cannot take the place of
    with pytest.raises(NotWritten):
        write_files(tmp_path, HTTP, is_forced=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".env", "policies"]


def test_a_person_is_asked_only_for_what_is_needed():
    answers = {"The bot's": "xoxb-1", "The Signing": "", "The app-level": " xapp-1 "}

    def ask(question: str) -> str:
        return next(answer for words, answer in answers.items() if question.startswith(words))

    assert ask_missing({"SLACK_BOT_TOKEN": ""}, ask) == {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    assert ask_missing({**HTTP, "SAYSO_URL": ""}, ask) == HTTP


def test_the_command_asks_nothing_where_nobody_is(tmp_path: Path):
    ended = sayso("init", str(tmp_path / "new"), "--slack-bot-token", "xoxb-1")
    assert ended.exit_code == 0
    assert "Put SLACK_SIGNING_SECRET into .env" in ended.stdout
    assert "SLACK_BOT_TOKEN=xoxb-1" in (tmp_path / "new" / ".env").read_text()

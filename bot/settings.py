"""The environment, read once into one frozen Settings. Nothing else looks at the environment."""

from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

_ALSO = {"SAYSO_DATABASE_URL": "SAYSO_DATABASE_URL (or DATABASE_URL)", "SAYSO_PORT": "SAYSO_PORT (or PORT)"}


_HOSTS_THAT_LOSE_DISKS = AliasChoices("DYNO", "RENDER", "K_SERVICE", "RAILWAY_ENVIRONMENT")
"""Set by Heroku, Render, Cloud Run and Railway; a file written there is gone after the next restart."""


class BadSettings(Exception):
    """Every wrong setting at once, a line each, ready to be read by a person."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("These settings need attention:\n" + "\n".join(f"  {problem}" for problem in problems))
        self.problems = problems


class Settings(BaseSettings):
    """What an operator sets. The README has the table."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, populate_by_name=True, env_ignore_empty=True
    )

    database_url: str = Field(
        default="sqlite:///sayso.db", validation_alias=AliasChoices("SAYSO_DATABASE_URL", "DATABASE_URL")
    )
    host: str = Field(default="0.0.0.0", validation_alias="SAYSO_HOST")  # noqa: S104 - a server is to be reached
    port: int = Field(default=8080, ge=0, le=65535, validation_alias=AliasChoices("SAYSO_PORT", "PORT"))
    policies: Path | None = Field(default=None, validation_alias="SAYSO_POLICIES")  # None: the shipped ones
    slack_bot_token: SecretStr | None = Field(default=None, validation_alias="SLACK_BOT_TOKEN")
    slack_signing_secret: SecretStr | None = Field(default=None, validation_alias="SLACK_SIGNING_SECRET")
    slack_api_url: str = Field(default="https://slack.com/api/", validation_alias="SLACK_API_URL")
    smtp_url: SecretStr | None = Field(default=None, validation_alias="SAYSO_SMTP_URL")
    hosted_on: str | None = Field(default=None, validation_alias=_HOSTS_THAT_LOSE_DISKS)

    @property
    def loses_its_database(self) -> bool:
        """Whether the database is a file on a host that loses local disks."""
        return self.hosted_on is not None and self.database_url.startswith("sqlite:")

    @property
    def sqlite_path(self) -> str:
        """The file behind `database_url`, relative to where the server was started, or absolute."""
        return self.database_url.removeprefix("sqlite:///")

    @field_validator("database_url")
    @classmethod
    def _is_sqlite(cls, url: str) -> str:
        if url.startswith(("postgres://", "postgresql://", "postgresql+")):
            raise ValueError("PostgreSQL is not supported by this version yet; use sqlite:///FILE")
        if not url.startswith("sqlite:///") or len(url) <= len("sqlite:///"):
            raise ValueError("expected sqlite:///FILE, for example sqlite:///sayso.db")
        return url

    @field_validator("policies")
    @classmethod
    def _exists(cls, path: Path | None) -> Path | None:
        if path is not None and not path.exists():
            raise ValueError(f"there is no file or folder {path}")
        return path

    @field_validator("slack_bot_token")
    @classmethod
    def _is_bot_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not token.get_secret_value().startswith("xoxb-"):
            raise ValueError("expected a bot token, which begins with xoxb-")
        return token

    @field_validator("slack_signing_secret")
    @classmethod
    def _is_not_empty(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not secret.get_secret_value().strip():
            raise ValueError("is empty; it stands under Basic Information of the Slack app")
        return secret

    @field_validator("slack_api_url")
    @classmethod
    def _is_http(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("expected an http(s) address ending in /api/")
        return url if url.endswith("/") else url + "/"

    @field_validator("smtp_url")
    @classmethod
    def _is_smtp(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and urlsplit(url.get_secret_value()).scheme not in ("smtp", "smtps"):
            raise ValueError("expected smtp://USER:PASSWORD@HOST:PORT?from=ADDRESS or smtps://…")
        return url


class ServerSettings(Settings):
    """What `sayso serve` cannot do without."""

    slack_bot_token: SecretStr = Field(validation_alias="SLACK_BOT_TOKEN")  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]
    slack_signing_secret: SecretStr = Field(validation_alias="SLACK_SIGNING_SECRET")  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]


S = TypeVar("S", bound=Settings)


def read_settings(kind: type[S]) -> S:
    """The settings of this process. Raises BadSettings with every problem; it never prints a value."""
    try:
        return kind()
    except ValidationError as wrong:
        raise BadSettings([_sentence(error) for error in wrong.errors(include_input=False)]) from None


def _sentence(error: ErrorDetails) -> str:
    name = _ALSO.get(str(error["loc"][0]), str(error["loc"][0]))
    if error["type"] == "missing":
        return f"{name}: is not set; the README says where to find it in Slack"
    return f"{name}: {error['msg'].removeprefix('Value error, ')}"

"""The environment, read once into one frozen Settings. Nothing else looks at the environment."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.callback_url import Networks, parse_networks

_ALSO = {
    "SAYSO_DATABASE_URL": "SAYSO_DATABASE_URL (or DATABASE_URL)",
    "SAYSO_PORT": "SAYSO_PORT (or PORT)",
    "slack_signing_secret": "SLACK_SIGNING_SECRET",  # what is missing is named by its field
    "url": "SAYSO_URL",
    "token": "SAYSO_TOKEN",
}


_HOSTS_THAT_LOSE_DISKS = AliasChoices("DYNO", "RENDER", "K_SERVICE", "RAILWAY_ENVIRONMENT")
"""Set by Heroku, Render, Cloud Run and Railway; a file written there is gone after the next restart."""


_POSTGRES = ("postgres", "postgresql", "postgresql+psycopg")
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


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
        default="sqlite:///sayso.db",
        validation_alias=AliasChoices("SAYSO_DATABASE_URL", "DATABASE_URL"),
        repr=False,  # it may hold a password
    )
    host: str = Field(default="0.0.0.0", validation_alias="SAYSO_HOST")  # noqa: S104 - a server is to be reached
    port: int = Field(default=8080, ge=0, le=65535, validation_alias=AliasChoices("SAYSO_PORT", "PORT"))
    agent_rate: float = Field(default=50, gt=0, le=100_000, allow_inf_nan=False, validation_alias="SAYSO_AGENT_RATE")
    agent_burst: int = Field(default=500, ge=1, le=1_000_000, validation_alias="SAYSO_AGENT_BURST")
    keep_days: int = Field(default=90, ge=0, le=36_500, validation_alias="SAYSO_KEEP_DAYS")  # 0: for ever
    policies: Path | None = Field(default=None, validation_alias="SAYSO_POLICIES")  # None: the shipped ones
    slack_bot_token: SecretStr | None = Field(default=None, validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(default=None, validation_alias="SLACK_APP_TOKEN")  # set: Socket Mode
    slack_signing_secret: SecretStr | None = Field(default=None, validation_alias="SLACK_SIGNING_SECRET")
    slack_api_url: str = Field(default="https://slack.com/api/", validation_alias="SLACK_API_URL")
    smtp_url: SecretStr | None = Field(default=None, validation_alias="SAYSO_SMTP_URL")
    callback_networks: str = Field(default="", validation_alias="SAYSO_CALLBACK_NETWORKS")  # such as 10.1.0.0/16,…
    hosted_on: str | None = Field(default=None, validation_alias=_HOSTS_THAT_LOSE_DISKS)

    @property
    def loses_its_database(self) -> bool:
        """Whether the database is a file on a host that loses local disks."""
        return self.hosted_on is not None and self.database_url.startswith("sqlite:")

    @property
    def sqlite_path(self) -> str:
        """The file behind `database_url`, relative to where the server was started, or absolute."""
        return self.database_url.removeprefix("sqlite:///")

    @property
    def networks(self) -> Networks:
        """Internal networks that callbacks may reach."""
        return parse_networks(self.callback_networks)

    @field_validator("callback_networks")
    @classmethod
    def _are_networks(cls, text: str) -> str:
        parse_networks(text)
        return text

    @field_validator("database_url")
    @classmethod
    def _is_a_database(cls, url: str) -> str:
        scheme = url.split("://", 1)[0]
        if scheme in _POSTGRES:
            _check_postgres(url)
        elif not url.startswith("sqlite:///") or len(url) <= len("sqlite:///"):
            raise ValueError(
                "expected sqlite:///FILE, for example sqlite:///sayso.db, or postgres://USER:PASSWORD@HOST:PORT/NAME"
            )
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
        if token is not None and _kind(token) == "xapp-":
            raise ValueError("is an app-level token, which belongs in SLACK_APP_TOKEN; the bot's begins with xoxb-")
        if token is not None and _kind(token) != "xoxb-":
            raise ValueError("expected a bot token, which begins with xoxb-")
        return token

    @field_validator("slack_app_token")
    @classmethod
    def _is_app_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and _kind(token) != "xapp-":
            raise ValueError(
                "expected an app-level token, which begins with xapp-, from Basic Information of the Slack app; "
                "leave it out where Slack reaches this server over https"
            )
        return token

    @field_validator("slack_signing_secret")
    @classmethod
    def _is_not_empty(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not secret.get_secret_value().strip():
            raise ValueError("is empty; it stands under Basic Information of the Slack app")
        if secret is not None and _kind(secret) in {"xapp-", "xoxb-"}:
            raise ValueError("is a token; the signing secret stands under Basic Information of the Slack app")
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
    slack_signing_secret: SecretStr | None = Field(
        default=None, validate_default=True, validation_alias="SLACK_SIGNING_SECRET"
    )

    @field_validator("slack_signing_secret")
    @classmethod
    def _is_there_without_socket_mode(cls, secret: SecretStr | None, found: ValidationInfo) -> SecretStr | None:
        if secret is None and found.data.get("slack_app_token", "wrong") is None:
            raise ValueError(
                "is not set; the README says where to find it in Slack. "
                "Where Slack cannot reach this server, set SLACK_APP_TOKEN instead, for Socket Mode"
            )
        return secret


class TokenSettings(Settings):
    """What `sayso token add` cannot do without: Slack says whether somebody is a full member."""

    slack_bot_token: SecretStr = Field(validation_alias="SLACK_BOT_TOKEN")  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]


class DoctorSettings(ServerSettings):
    """What `sayso doctor` looks at: all that the server needs, and where the server can be reached."""

    url: str | None = Field(default=None, validation_alias="SAYSO_URL")

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str | None) -> str | None:
        return None if url is None else server_address(url)


class ToolSettings(BaseSettings):
    """What people's tools need: where the server is, and who they speak for."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, populate_by_name=True, env_ignore_empty=True
    )

    url: str = Field(default="", validate_default=True, validation_alias="SAYSO_URL")
    token: SecretStr = Field(default=SecretStr(""), validate_default=True, validation_alias="SAYSO_TOKEN")
    editor: str | None = Field(default=None, validation_alias=AliasChoices("VISUAL", "EDITOR"))

    @field_validator("url")
    @classmethod
    def _is_the_servers(cls, url: str) -> str:
        if not url:
            raise ValueError("is not set; it is the server's address, such as https://sayso.example.com")
        return server_address(url)

    @field_validator("token")
    @classmethod
    def _is_personal(cls, token: SecretStr) -> SecretStr:
        said = token.get_secret_value()
        if not said:
            raise ValueError("is not set; `sayso token add` prints one, and so does the Home tab of the app in Slack")
        if not said.startswith("sayso-person_") or not said.isascii() or not said.isprintable() or " " in said:
            raise ValueError("expected a personal token, which begins with sayso-person_; agents' keys cannot decide")
        return token


def server_address(url: str) -> str:
    """The address without what people put behind it. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("expected the server's address, such as https://sayso.example.com")
    return url.rstrip("/").removesuffix("/v1")


def _check_postgres(url: str) -> None:
    """Raises ValueError with what is wrong, never with the address: it holds a password."""
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise ValueError(
            "cannot be read as postgres://USER:PASSWORD@HOST:PORT/NAME; in a password write %23 for #, %2F for /, "
            "%3F for ?, %40 for @, %5B for ["
        ) from None
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if not has_host and not options.get("host"):
        raise ValueError("names no host; expected postgres://USER:PASSWORD@HOST:PORT/NAME")
    if not parts.path.strip("/"):
        raise ValueError("names no database; expected postgres://USER:PASSWORD@HOST:PORT/NAME")
    if parts.fragment:
        raise ValueError("has a # in it; in a password write %23")
    if options.get("sslmode", "prefer") not in _SSL_MODES:
        raise ValueError(f"sslmode must be one of {', '.join(_SSL_MODES)}")


def _kind(token: SecretStr) -> str:
    """How a token begins, which says what it is for."""
    kind, dash, _ = token.get_secret_value().partition("-")
    return kind + dash


S = TypeVar("S", bound=BaseSettings)


def read_settings(kind: type[S]) -> S:
    """The settings of this process. Raises BadSettings with every problem; it never prints a value."""
    try:
        return kind()
    except ValidationError as wrong:
        raise BadSettings([_sentence(error) for error in wrong.errors(include_input=False)]) from None


def check_values(values: Mapping[str, str]) -> None:
    """Raises BadSettings with what is wrong with these values, by variable, whatever the environment says besides."""
    try:
        DoctorSettings(_env_file=None, **values)  # pyright: ignore[reportCallIssue, reportArgumentType]
    except ValidationError as wrong:
        problems = [_sentence(one) for one in wrong.errors(include_input=False) if one["loc"][0] in values]
        if problems:
            raise BadSettings(problems) from None


def _sentence(error: ErrorDetails) -> str:
    name = _ALSO.get(str(error["loc"][0]), str(error["loc"][0]))
    if error["type"] == "missing":
        return f"{name}: is not set; the README says where to find it in Slack"
    return f"{name}: {error['msg'].removeprefix('Value error, ')}"

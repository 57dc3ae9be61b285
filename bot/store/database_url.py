"""The address of the database, and connections to it as SQLAlchemy and the driver want them."""

from importlib.util import find_spec
from typing import Any

from sqlalchemy import URL, Engine, create_engine, make_url

from bot.store.trouble import CannotOpen

POSTGRES = "postgresql+psycopg"
_POSTGRES_NAMES = ("postgres", "postgresql", POSTGRES)  # hosting platforms give the first

_IN_GOOD_TIME: dict[str, Any] = {
    "application_name": "sayso",
    "connect_timeout": 5,
    "keepalives_idle": 20,  # a connection that nobody cut and nobody answers on is found out within a minute
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}


def parsed(url: str) -> URL:
    """The address with the driver that we use. What is printed of it has no password."""
    found = make_url(url)
    return found.set(drivername=POSTGRES) if found.drivername in _POSTGRES_NAMES else found


def is_postgres(url: str) -> bool:
    return parsed(url).drivername == POSTGRES


def shown(url: str) -> str:
    """Which database it is, for people: no user, no password, no options."""
    address = parsed(url)
    if address.drivername != POSTGRES:
        return str(address.database)
    where = address.host or address.query.get("host") or "this machine"
    port = f":{address.port}" if address.port else ""
    return f"{address.database or 'of this user'} at {where}{port}"


def engine_of(url: str, **options: Any) -> Engine:
    """An engine that connects when it is first used. Raises CannotOpen when the driver is not installed."""
    check_driver(url)
    address = parsed(url)
    if address.drivername == POSTGRES:
        options = {"connect_args": driver_arguments(address), **options}
    return create_engine(address, **options)


def check_driver(url: str) -> None:
    """Raises CannotOpen when the driver is not installed."""
    if is_postgres(url) and find_spec("psycopg") is None:
        raise CannotOpen("PostgreSQL needs a driver that is not installed: pip install 'sayso-bot[postgres]'")


def driver_arguments(address: URL) -> dict[str, Any]:
    """What psycopg needs to connect. What the address says goes before what is usual with us."""
    said = address.translate_connect_args(username="user", database="dbname")
    options = {name: value if isinstance(value, str) else ",".join(value) for name, value in address.query.items()}
    return {**_IN_GOOD_TIME, **said, **options}

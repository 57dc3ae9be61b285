"""The libraries of brokers are extras: what happens without them, and that nobody waits for them at a start."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from bot.callbacks.brokers import BrokerSender
from bot.callbacks.nats_stream import NatsSender, reach
from bot.callbacks.redis_stream import RedisSender
from bot.domain.sending import CallbackMessage

MESSAGE = CallbackMessage(
    id="cbk_1", agent_name="nightly", kind="decision", body="{}", at=datetime(2026, 11, 20, tzinfo=UTC)
)


@pytest.fixture
def _without_extras(monkeypatch: pytest.MonkeyPatch) -> None:
    for extra in ("nats", "redis"):
        monkeypatch.delitem(sys.modules, f"bot.callbacks.{extra}_line", raising=False)
        for name in [extra, *(name for name in sys.modules if name.startswith(f"{extra}."))]:
            monkeypatch.setitem(sys.modules, name, None)  # what is None there cannot be imported


@pytest.mark.usefixtures("_without_extras")
@pytest.mark.parametrize(("sender", "extra"), [(NatsSender(), "nats"), (RedisSender(), "redis")])
async def test_without_its_library_a_sending_says_what_to_install(sender: BrokerSender, extra: str):
    reply = await sender.send(MESSAGE, url=f"{extra}://:s3cret@bus")
    assert reply.problem == f"this installation cannot speak to {extra}://; install sayso-bot[{extra}]"


@pytest.mark.usefixtures("_without_extras")
async def test_a_look_says_it_too():
    assert "install sayso-bot[nats]" in (await reach("tls://bus") or "")


def test_a_server_starts_without_importing_them():
    looked = "import sys, bot.app.server; print([name for name in ('nats', 'redis') if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", looked], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"

"""What must not be reached is not connected to, however it is written: a door on this machine counts who comes."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.callbacks.guard import REFUSED
from bot.callbacks.webhook import WebhookSender
from bot.domain.callback_url import NO_NETWORKS, Networks, parse_networks
from tests.integration.callbacks.receiver import Doorbell, Names, a_doorbell, a_message, a_receiver, answer

ELSEWHERE = parse_networks("203.0.113.0/24")

HOSTS = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.1.2.3",
    "127.255.255.254",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0x7f.1",
    "0177.0.0.1",
    "0177.1",
    "017700000001",
    "127.0.0.0x1",
    "0",
    "0.0.0.0",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "127.0.0.1.",
    "ip6-localhost",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000::0001]",
    "[::]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::FFFF:127.0.0.1]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::]",
    "[fe80::1]",
    "[fe80::1%25lo]",
    "[fec0::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[ff02::1]",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "%31%32%37.0.0.1",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
]


@pytest.fixture
async def bell() -> AsyncIterator[Doorbell]:
    async with a_doorbell() as bell:
        yield bell


@pytest.fixture(params=[NO_NETWORKS, ELSEWHERE], ids=["no networks", "others listed"])
def networks(request: pytest.FixtureRequest) -> Iterator[Networks]:
    return request.param


def a_sender(networks: Networks, names: Names | None = None) -> WebhookSender:
    return WebhookSender(networks, within=timedelta(seconds=5), resolver=names, now=lambda: datetime.now(UTC))


@pytest.mark.parametrize("host", HOSTS)
async def test_no_form_of_an_address_opens_the_door(bell: Doorbell, networks: Networks, host: str):
    sender = a_sender(networks)
    for scheme in ("http", "https"):
        reply = await sender.send(a_message(), url=f"{scheme}://{host}:{bell.port}/")
        assert not reply.is_accepted
    await sender.close()
    assert bell.rung == 0


def test_there_are_more_than_forty_forms():
    assert len(set(HOSTS)) > 40


async def test_the_door_would_have_opened(bell: Doorbell):
    """So that the count above means something."""
    sender = a_sender(parse_networks("127.0.0.0/8"))
    for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::FFFF:7f00:1]"):
        assert (await sender.send(a_message(), url=f"http://{host}:{bell.port}/")).is_accepted
    await sender.close()
    assert bell.rung == 4


@pytest.mark.parametrize("private", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.0.0.5", "169.254.169.254"])
async def test_a_name_that_leads_to_this_machine_does_not_open_it(bell: Doorbell, networks: Networks, private: str):
    sender = a_sender(networks, Names([private]))
    for scheme in ("http", "https"):
        reply = await sender.send(a_message(), url=f"{scheme}://agent.example:{bell.port}/")
        assert reply.problem
        assert REFUSED in reply.problem
    await sender.close()
    assert bell.rung == 0


async def test_a_name_that_was_public_and_is_private_now_does_not_open_it(bell: Doorbell, networks: Networks):
    """Rebinding: each look-up says something else, and what counts is the address of the connection."""
    names = Names(["203.0.113.7"], ["127.0.0.1"])
    sender = a_sender(networks, names)
    for _ in range(4):
        reply = await sender.send(a_message(), url=f"https://agent.example:{bell.port}/")
        assert not reply.is_accepted
    await sender.close()
    assert (bell.rung, names.asked) == (0, 4)


async def test_a_private_address_among_public_ones_is_passed_over(bell: Doorbell):
    sender = a_sender(NO_NETWORKS, Names(["127.0.0.1", "127.0.0.2", "10.1.1.1"]))
    reply = await sender.send(a_message(), url=f"https://agent.example:{bell.port}/")
    await sender.close()
    assert bell.rung == 0
    assert reply.problem
    assert reply.problem.endswith(REFUSED)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed_wherever_it_leads(bell: Doorbell, status: int):
    sender = a_sender(parse_networks("127.0.0.0/8"))
    async with a_receiver() as receiver:
        for target in (f"http://127.0.0.1:{bell.port}/", f"http://localhost:{bell.port}/", "http://169.254.169.254/"):
            receiver.answers.append(answer(status, Location=target))
            reply = await sender.send(a_message(), url=receiver.url)
            assert (reply.status, reply.is_accepted) == (status, False)
    await sender.close()
    assert bell.rung == 0


async def test_a_listed_network_is_reached_and_no_other(bell: Doorbell):
    sender = a_sender(parse_networks("127.0.0.1/32"))
    assert (await sender.send(a_message(), url=f"http://127.0.0.1:{bell.port}/")).is_accepted
    assert not (await sender.send(a_message(), url=f"http://127.0.0.2:{bell.port}/")).is_accepted
    await sender.close()
    assert bell.rung == 1


async def test_without_tls_only_listed_networks_are_reached():
    sender = a_sender(parse_networks("127.0.0.0/8"), Names(["93.184.215.14"]))
    reply = await sender.send(a_message(), url="http://agent.example/")
    await sender.close()
    assert reply.problem == f"93.184.215.14 {REFUSED} without TLS"


async def test_a_proxy_of_the_environment_is_not_used(bell: Doorbell, monkeypatch: pytest.MonkeyPatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{bell.port}")
    sender = a_sender(parse_networks("127.0.0.0/8"), Names(["10.0.0.1"]))
    for scheme in ("http", "https"):
        await sender.send(a_message(), url=f"{scheme}://agent.example/")
    await sender.close()
    assert bell.rung == 0

"""Which addresses callbacks may be sent to, as text and as numbers."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.callback_url import (
    NO_NETWORKS,
    Networks,
    check_address,
    check_webhook_url,
    is_public,
    parse_networks,
    shown_url,
)
from bot.domain.errors import InvalidField

INTERNAL = parse_networks("10.1.0.0/16, fd12::/48")


@pytest.mark.parametrize(
    "url", ["https://agent.example", "https://agent.example:8443/hook?a=b", "https://93.184.215.14/x"]
)
def test_what_is_public_and_encrypted_is_taken(url: str):
    check_webhook_url(url, NO_NETWORKS, field="callback.url")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://agent.example/", "not encrypted"),
        ("ftp://agent.example/", "begins with https://"),
        ("nats://agent.example/", "begins with https://"),
        ("file:///etc/passwd", "begins with https://"),
        ("//agent.example/", "begins with https://"),
        ("https:///path", "names no host"),
        ("https://agent.example:0/", "names no host"),
        ("https://agent.example:99999/", "names no host"),
        ("https://[::1/", "names no host"),
        ("https://me:secret@agent.example/", "name or password"),
        ("https://me@agent.example/", "name or password"),
        ("https://agent.example/#part", "#"),
        ("https://agent.example/#", "#"),
        ("https://agent.example/a b", "characters"),
        ("https://agent.example/\r\nX: y", "characters"),
        ("https://agent.example\\@10.0.0.1/", "characters"),
        ("https://bücher.example/", "characters"),
        ("https://10.0.0.1/", "10.0.0.1 is in a network"),
        ("https://[::ffff:169.254.169.254]/", "is in a network"),
        ("https://[fd00:ec2::254]/", "is in a network"),
        ("https://" + "a" * 2000, "longer"),
    ],
)
def test_what_is_not_says_why(url: str, why: str):
    with pytest.raises(InvalidField, match="callback.url") as refused:  # noqa: RUF043
        check_webhook_url(url, NO_NETWORKS, field="callback.url")
    assert why in refused.value.problem
    assert "secret@" not in str(refused.value)


def test_listed_networks_are_taken_without_tls_too():
    for url in ("http://10.1.2.3/hook", "https://10.1.2.3/", "http://[fd12::1]/", "http://agent.internal/"):
        check_webhook_url(url, INTERNAL, field="callback.url")
    for url in ("http://10.2.0.1/", "http://93.184.215.14/", "https://192.168.0.1/"):
        with pytest.raises(InvalidField):
            check_webhook_url(url, INTERNAL, field="callback.url")


def test_an_operator_may_name_a_broker_with_its_password():
    for url in (
        "nats://me:word@nats.internal:4222",
        "redis://:word@10.0.0.1/0",
        "rediss://r.example",
        "tls://n.example",
    ):
        check_address(url, NO_NETWORKS, field="--to")


def test_every_bad_network_is_named():
    every = "10.1.0.0/8 has host bits set; 'nonsense' does not .*; '0.0.0.0/0' is every"
    with pytest.raises(ValueError, match=every) as wrong:
        parse_networks("10.1.0.0/8, 10.1.0.0/16, nonsense, 0.0.0.0/0")
    assert str(wrong.value).count("10.1.0.0/16") == 1, "the good one is only the example"
    assert parse_networks(" ") == Networks()


@given(st.ip_addresses(v=4))
def test_an_address_is_judged_the_same_in_every_form(address: IPv4Address):
    mapped = IPv6Address(f"::ffff:{address}")
    assert is_public(mapped) == is_public(address)
    for number in (0x2002 << 112 | int(address) << 80, 0x64FF9B << 96 | int(address), int(address)):
        assert not is_public(IPv6Address(number)), "a tunnel or an old form may lead anywhere"


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_nothing_that_python_calls_private_is_public(address: IPv4Address | IPv6Address):
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return  # judged as what it stands for
    if not address.is_global or address.is_multicast or address.is_reserved or address.is_link_local:
        assert not is_public(address)


def test_some_addresses_are_public():
    assert all(is_public(ip_address(one)) for one in ("93.184.215.14", "2606:2800:21f:cb07::1", "1.1.1.1"))


def test_people_see_no_password_and_no_token():
    assert shown_url("nats://me:word@nats.internal:4222/x") == "nats://nats.internal:4222/x"
    assert shown_url("https://a.example/hook?token=abc") == "https://a.example/hook?…"
    assert shown_url("nats://a:1,b:2") == "nats://…"

"""Addresses of brokers: what is understood, what is named as wrong, and that no password is ever shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.callbacks.broker_url import address_for_people, check_broker_url, parse_broker_url
from bot.domain.callback_url import NO_NETWORKS, check_address


def test_a_nats_address_names_hosts_credentials_and_the_beginning_of_the_subject():
    address = parse_broker_url("nats://ana:pa%40ss@bus-1:4333,bus-2/our.agents")
    assert address.hosts == (("bus-1", 4333), ("bus-2", 4222))
    assert (address.user, address.password, address.token) == ("ana", "pa@ss", None)
    assert address.subject_of("nightly") == "our.agents.nightly"


def test_a_word_alone_before_the_host_is_a_token_of_nats():
    address = parse_broker_url("tls://s3cr3t@bus")
    assert (address.user, address.password, address.token) == (None, None, "s3cr3t")
    assert address.is_encrypted


def test_each_agent_has_a_subject_and_a_stream_of_its_own():
    nats, redis = parse_broker_url("nats://bus"), parse_broker_url("redis://bus")
    assert nats.subject_of("ci.cleanup") == "sayso.callbacks.ci%2Ecleanup", "a dot would be two words of a subject"
    assert nats.subject_of("ci_cleanup") != nats.subject_of("ci.cleanup")
    assert redis.stream_of("ci.cleanup") == "sayso:callbacks:ci.cleanup"


def test_a_redis_address_names_database_and_stream():
    address = parse_broker_url("rediss://ana:p%2Fw@[::1]:6400/3?stream=ours:agent")
    assert (address.hosts, address.database, address.stream_of("any")) == ((("::1", 6400),), 3, "ours:agent")
    assert (address.user, address.password) == ("ana", "p/w")
    assert address.shown == "rediss://[::1]:6400"
    assert parse_broker_url("redis://:only@bus").password == "only"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://bus", "begins with nats://"),
        ("nats://", "names no host"),
        ("nats://:4222", "names no host"),
        ("nats://bus:0", "names no host"),
        ("nats://bus:port", "no valid host and port"),
        ("nats://bus:99999", "no valid host and port"),
        ("nats://[::1", "cannot be read"),
        ("nats://bus/a..b", "letters, digits"),
        ("nats://bus/a.*", "letters, digits"),
        ("nats://bus/a.>", "letters, digits"),
        ("nats://bus/$SYS.a", "letters, digits"),
        ("nats://bus/a/b", "letters, digits"),
        ("nats://bus?stream=a", "nothing behind ?"),
        ("nats://a,,b", "names no host"),
        ("nats://bus /a", "spaces"),
        ("redis://bus/\n", "spaces"),
        ("redis://bus/zero", "number of a database"),
        ("redis://bus/-1", "number of a database"),
        ("redis://bus/²", "number of a database"),
        ("redis://a,b", "one host"),
        ("redis://bus?stream=", "name of a stream"),
        ("redis://bus?maxlen=7", "one option only"),
        ("redis://bus#x", "nothing behind #"),
        ("redis://user@bus", "no password"),
    ],
)
def test_a_wrong_address_is_named_in_a_sentence(url: str, said: str):
    with pytest.raises(ValueError, match=r"address|broker|stream") as refused:
        check_broker_url(url)
    assert said in str(refused.value)


SECRET = "S3CR3T"


@given(
    st.sampled_from(["nats", "tls", "redis", "rediss", "amqp", "http"]),
    st.sampled_from([f"u:{SECRET}@", f":{SECRET}@", f"u:%0{SECRET}@", f"u:[{SECRET}@", f"u:p@{SECRET}@", f"{SECRET}@"]),
    st.text(st.sampled_from("ab1:/[]?#,.@%-*> "), max_size=12),
)
def test_whatever_is_wrong_no_password_is_shown(scheme: str, credentials: str, rest: str):
    url = f"{scheme}://{credentials}{rest}"
    try:
        shown = address_for_people(url) + repr(parse_broker_url(url))
    except ValueError as refused:
        shown = str(refused)
    assert SECRET not in shown


def test_an_address_without_its_secrets_is_for_people():
    assert address_for_people("nats://ana:s3cret@bus,other:1/our") == "nats://bus:4222,other:1"
    assert address_for_people("redis://:s3cret@bus") == "redis://bus:6379"


def test_an_operator_may_name_several_hosts_of_nats():
    url = "nats://ana:s3cret@bus-1:4222,bus-2:4222/our.agents"
    check_address(url, NO_NETWORKS, field="--to")
    check_broker_url(url)

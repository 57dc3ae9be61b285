"""The receiver's side of webhooks: only what Sayso signed is believed, and it is signed as the specification has it."""

from datetime import UTC, datetime, timedelta

import pytest
from sayso.webhooks import NotFromSayso, verify
from standardwebhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
_ENTRY = '{"id":"cbk_1","kind":"decision","created_at":"2026-11-20T12:00:00Z"}'
BODY = f'{{"type":"decision.made","timestamp":"2026-11-20T12:00:00Z","data":{_ENTRY}}}'


def signed(body: str = BODY, *, at: datetime = NOW, secrets: tuple[str, ...] = (SECRET,)) -> dict[str, str]:
    return {
        "Webhook-Id": "cbk_1",
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": " ".join(Webhook(one).sign("cbk_1", at, body) for one in secrets),
    }


def clock() -> float:
    return NOW.timestamp()


def test_what_the_specification_s_library_signed_is_read():
    webhook = verify(BODY.encode(), signed(), SECRET, clock=clock)
    assert (webhook.type, webhook.data.id) == ("decision.made", "cbk_1")


@pytest.mark.parametrize("mine", [SECRET, OTHER, (OTHER, SECRET)])
def test_either_secret_does_while_one_takes_the_other_s_place(mine: str | tuple[str, ...]):
    assert verify(BODY, signed(secrets=(SECRET, OTHER)), mine, clock=clock).data.id == "cbk_1"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (BODY.replace("cbk_1", "cbk_2"), signed()),
        (BODY, signed(secrets=(OTHER,))),
        (BODY, {}),
        (BODY, signed() | {"Webhook-Signature": ""}),
        (BODY, signed() | {"Webhook-Signature": "v1,ü v1a,x ,"}),
        (BODY, signed() | {"Webhook-Timestamp": "soon"}),
        (BODY, signed() | {"Webhook-Id": "cbk_2"}),
        (BODY, signed(at=NOW - timedelta(minutes=6))),
        (BODY, signed(at=NOW + timedelta(minutes=6))),
        ("{}", signed("{}")),
        ("not JSON", signed("not JSON")),
    ],
)
def test_what_sayso_did_not_write_now_is_not_believed(body: str, headers: dict[str, str]):
    with pytest.raises(NotFromSayso):
        verify(body, headers, SECRET, clock=clock)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_?", "plain words"])
def test_a_secret_that_is_none_is_a_mistake_of_the_receiver(secret: str):
    with pytest.raises(ValueError, match="whsec_"):
        verify(BODY, signed(), secret, clock=clock)

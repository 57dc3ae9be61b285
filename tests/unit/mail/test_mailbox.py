import pytest

from bot.mail.smtp import BadMailUrl, Mailbox

GOOD = [
    ("smtp://localhost", ("smtp", "localhost", 25, "sayso@localhost", None, False)),
    (
        "smtp://mail.example.com:2525?from=ops@example.com",
        ("smtp", "mail.example.com", 2525, "ops@example.com", None, False),
    ),
    ("smtps://u:p%40ss@mail.example.com", ("smtps", "mail.example.com", 465, "sayso@mail.example.com", "p@ss", False)),
    (
        "smtp+starttls://mail.example.com",
        ("smtp+starttls", "mail.example.com", 587, "sayso@mail.example.com", None, True),
    ),
    ("smtp://u:p@mail.example.com", ("smtp", "mail.example.com", 25, "sayso@mail.example.com", "p", True)),
    ("smtp://u:p@127.0.0.1:1025", ("smtp", "127.0.0.1", 1025, "sayso@127.0.0.1", "p", False)),
]
BAD = [
    ("", "must begin with"),
    ("mail.example.com", "must begin with"),
    ("http://mail.example.com", "must begin with"),
    ("smtp://:secret@", "names no host"),
    ("smtp://u:secret@mail.example.com:port", "port"),
    ("smtp://u:secret@mail.example.com:99999", "port"),
    ("smtp://u:secret@mail.example.com?from=nobody", "sender"),
    ("smtp://u:secret@mail.example.com?from=a@b.c%0d%0aBcc:x@y.z", "sender"),
]


@pytest.mark.parametrize(("url", "expected"), GOOD)
def test_a_url_says_how_to_hand_in_mail(url: str, expected: tuple):
    box = Mailbox.from_url(url)
    assert (box.scheme, box.host, box.port, box.sender, box.password, box.turns_to_tls) == expected


@pytest.mark.parametrize(("url", "words"), BAD)
def test_a_url_that_cannot_work_is_refused_without_showing_its_password(url: str, words: str):
    with pytest.raises(BadMailUrl, match=words) as refused:
        Mailbox.from_url(url)
    assert "secret" not in str(refused.value)


def test_a_password_is_not_printed():
    assert "secret" not in repr(Mailbox.from_url("smtp://u:secret@localhost"))

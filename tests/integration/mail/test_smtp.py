import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from bot.mail.smtp import SmtpMail
from bot.services.ports import ChatRefused, ChatUnavailable

TO, SUBJECT, TEXT, MARKER = "ops@example.com", "Expired: Delete 847 files", "Nobody answered.\nNothing ran.", "ntc_1"

Serve = Callable[..., Awaitable[int]]


def now() -> datetime:
    return datetime(2026, 11, 20, 14, 33, tzinfo=UTC)


class Postbox:
    """Keeps what it takes, and answers what it is told to."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.recipient_answer = "250 OK"
        self.data_answer = "250 OK"
        self.logins: list[str] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's own name
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data_answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.letters.append(message_from_bytes(envelope.content, policy=default))
        return self.data_answer

    def authenticate(self, server: Any, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login.decode())
        return AuthResult(success=data.password == b"right", handled=False)


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
async def serve(postbox: Postbox) -> AsyncIterator[Serve]:
    started: list[asyncio.Server] = []

    async def start(**options: Any) -> int:
        server = await asyncio.get_running_loop().create_server(
            lambda: SMTP(postbox, hostname="mail.test", **options), "127.0.0.1", 0
        )
        started.append(server)
        return server.sockets[0].getsockname()[1]

    yield start
    for server in started:
        server.close()
        await server.wait_closed()


async def send(mail: SmtpMail, **changes: str) -> None:
    await mail.send(**({"to": TO, "subject": SUBJECT, "text": TEXT, "marker": MARKER} | changes))


async def test_a_letter_arrives_as_plain_text_with_an_id_made_from_its_marker(postbox: Postbox, serve: Serve):
    mail = SmtpMail(f"smtp://127.0.0.1:{await serve()}?from=sayso@example.org", now=now)
    await send(mail)
    await send(mail)
    first, second = postbox.letters
    assert (first["From"], first["To"], first["Subject"]) == ("sayso@example.org", TO, SUBJECT)
    assert first["Message-ID"] == second["Message-ID"] == "<ntc_1@example.org>"
    assert first["Date"].datetime == now()
    assert first["Auto-Submitted"] == "auto-generated"
    assert first.get_content_type() == "text/plain"
    assert first.get_content().splitlines() == TEXT.splitlines()


async def test_words_of_agents_cannot_add_a_header(postbox: Postbox, serve: Serve):
    mail = SmtpMail(f"smtp://127.0.0.1:{await serve()}", now=now)
    await send(mail, subject="Expired\r\nBcc: x@evil.example\n\nbody", marker="n\r\nX-Evil: 1")
    (letter,) = postbox.letters
    assert letter["Subject"] == "Expired Bcc: x@evil.example body"
    assert letter["Bcc"] is None
    assert letter["X-Evil"] is None
    assert letter["To"] == TO


async def test_words_beyond_ascii_arrive(postbox: Postbox, serve: Serve):
    mail = SmtpMail(f"smtp://127.0.0.1:{await serve()}", now=now)
    await send(mail, subject="Abgelaufen: “Löschen” …", text="Niemand hat geantwortet – nichts lief. 🔴")
    (letter,) = postbox.letters
    assert letter["Subject"] == "Abgelaufen: “Löschen” …"
    assert "🔴" in letter.get_content()


@pytest.mark.parametrize("to", ["", "ops", "a@b\r\nBcc: x@y", "a@b, c@d", "<a@b>"])
async def test_what_is_no_address_is_refused(serve: Serve, to: str):
    with pytest.raises(ChatRefused, match="no e-mail address"):
        await send(SmtpMail(f"smtp://127.0.0.1:{await serve()}", now=now), to=to)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("550 no such user", ChatRefused),
        ("553 not allowed", ChatRefused),
        ("450 mailbox busy", ChatUnavailable),
        ("452 too many", ChatUnavailable),
    ],
)
@pytest.mark.parametrize("step", ["recipient_answer", "data_answer"])
async def test_a_no_for_good_and_a_no_for_now_are_told_apart(
    postbox: Postbox, serve: Serve, answer: str, kind: type[Exception], step: str
):
    setattr(postbox, step, answer)
    with pytest.raises(kind):
        await send(SmtpMail(f"smtp://127.0.0.1:{await serve()}", now=now))
    assert postbox.letters == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
async def test_a_user_and_password_are_handed_in(postbox: Postbox, serve: Serve):
    port = await serve(authenticator=postbox.authenticate, auth_required=True, auth_require_tls=False)
    await send(SmtpMail(f"smtp://sayso:right@127.0.0.1:{port}", now=now))
    assert postbox.logins == ["sayso"]
    assert len(postbox.letters) == 1
    with pytest.raises(ChatRefused, match="user and password"):
        await send(SmtpMail(f"smtp://sayso:wrong@127.0.0.1:{port}", now=now))


async def test_a_server_without_tls_is_not_spoken_to_in_the_clear(postbox: Postbox, serve: Serve):
    with pytest.raises(ChatRefused, match="offers no TLS"):
        await send(SmtpMail(f"smtp+starttls://127.0.0.1:{await serve()}", now=now))
    assert postbox.letters == []


async def test_a_server_that_is_not_there_may_come_back(unused_tcp_port: int):
    with pytest.raises(ChatUnavailable, match="no answer from the mail server"):
        await send(SmtpMail(f"smtp://127.0.0.1:{unused_tcp_port}", now=now))


async def test_tls_where_there_is_none_is_no_answer(serve: Serve):
    with pytest.raises(ChatUnavailable):
        await send(SmtpMail(f"smtps://127.0.0.1:{await serve()}", now=now, timeout_seconds=2))


async def test_a_check_logs_in_and_sends_nothing(serve: Serve, postbox: Postbox):
    port = await serve()
    await SmtpMail(f"smtp://127.0.0.1:{port}?from=sayso@example.com", now=now).check()
    assert postbox.letters == []


async def test_a_check_says_that_the_password_is_wrong(serve: Serve, postbox: Postbox):
    port = await serve(authenticator=postbox.authenticate, auth_require_tls=False)
    with pytest.raises(ChatRefused, match="does not take this user and password"):
        await SmtpMail(f"smtp://sayso:wrong@127.0.0.1:{port}?from=sayso@example.com", now=now).check()

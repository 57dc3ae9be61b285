"""E-mail by SMTP, for what must be told although chat is not working."""

import asyncio
import re
import smtplib
import ssl
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from ipaddress import ip_address
from urllib.parse import parse_qs, unquote, urlsplit

from bot.services.ports import ChatRefused, ChatUnavailable

TIMEOUT_SECONDS = 20.0
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_SHAPE = "smtp://user:password@host:port?from=sayso@example.com"
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")


class BadMailUrl(ValueError):
    """SAYSO_SMTP_URL cannot be used; the message says why and never holds the password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """How to hand in e-mail, read from a URL."""

    scheme: str
    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def from_url(cls, url: str) -> "Mailbox":
        """smtps:// speaks TLS from the start, smtp+starttls:// turns to it, smtp:// only to protect a password on its
        way to another machine. Raises BadMailUrl.
        """
        parts = urlsplit(url)
        if parts.scheme not in _PORTS:
            raise BadMailUrl(f"must begin with smtp://, smtps:// or smtp+starttls://, as in {_SHAPE}")
        try:
            port = parts.port or _PORTS[parts.scheme]
        except ValueError as problem:
            raise BadMailUrl(f"has no valid port; it looks like {_SHAPE}") from problem
        if not parts.hostname:
            raise BadMailUrl(f"names no host; it looks like {_SHAPE}")
        sender = parse_qs(parts.query).get("from", [f"sayso@{parts.hostname}"])[0]
        if not _ADDRESS.fullmatch(sender):
            raise BadMailUrl(f"has no valid sender after ?from=; it looks like {_SHAPE}")
        return cls(
            scheme=parts.scheme,
            host=parts.hostname,
            port=port,
            sender=sender,
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )

    @property
    def turns_to_tls(self) -> bool:
        """Whether STARTTLS is demanded."""
        return self.scheme == "smtp+starttls" or (
            self.scheme == "smtp" and self.password is not None and not _is_this_machine(self.host)
        )


class SmtpMail:
    """Implements ports.Mail on one SMTP server. Each e-mail is a connection of its own, in a worker thread."""

    def __init__(self, url: str, *, now: Callable[[], datetime], timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._mailbox = Mailbox.from_url(url)
        self._now = now
        self._timeout = timeout_seconds

    async def send(self, *, to: str, subject: str, text: str, marker: str) -> None:
        """Send one e-mail of plain text. The same marker gives the same Message-ID, so a repeat is recognized.

        Raises ChatUnavailable for what may pass, ChatRefused for what will not: an address the server does not take.
        """
        if not _ADDRESS.fullmatch(to):
            raise ChatRefused("this is no e-mail address")
        letter = _letter(self._mailbox.sender, to=to, subject=subject, text=text, marker=marker)
        letter["Date"] = format_datetime(self._now())
        await asyncio.to_thread(self._deliver, letter)

    async def check(self) -> None:
        """Connect, log in and leave: nothing is sent. Raises as `send`."""
        await asyncio.to_thread(self._use, lambda connection: connection.noop())

    def _deliver(self, letter: EmailMessage) -> None:
        self._use(lambda connection: connection.send_message(letter))

    def _use(self, use: Callable[[smtplib.SMTP], object]) -> None:
        try:
            with self._connection() as connection:
                use(connection)
        except smtplib.SMTPRecipientsRefused as refused:
            code = next(iter(refused.recipients.values()))[0]
            raise _told(code, "the mail server does not take this address") from refused
        except smtplib.SMTPAuthenticationError as refused:
            raise _told(refused.smtp_code, "the mail server does not take this user and password") from refused
        except smtplib.SMTPResponseException as refused:
            raise _told(refused.smtp_code, "the mail server does not take this e-mail") from refused
        except smtplib.SMTPNotSupportedError as refused:
            raise ChatRefused("the mail server offers no TLS or no login; see SAYSO_SMTP_URL") from refused
        except ssl.SSLCertVerificationError as refused:
            raise ChatRefused("the mail server's certificate is not valid") from refused
        except (smtplib.SMTPException, OSError) as problem:
            raise ChatUnavailable(f"no answer from the mail server ({type(problem).__name__})") from problem

    @contextmanager
    def _connection(self) -> Generator[smtplib.SMTP]:
        box = self._mailbox
        if box.scheme == "smtps":
            context = ssl.create_default_context()
            connection = smtplib.SMTP_SSL(box.host, box.port, timeout=self._timeout, context=context)
        else:
            connection = smtplib.SMTP(box.host, box.port, timeout=self._timeout)
        with connection:
            if box.turns_to_tls:
                connection.starttls(context=ssl.create_default_context())
            if box.user:
                connection.login(box.user, box.password or "")
            yield connection


def _letter(sender: str, *, to: str, subject: str, text: str, marker: str) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    letter["From"] = sender
    letter["To"] = to
    letter["Subject"] = " ".join(subject.split())  # a line break would begin a new header
    letter["Message-ID"] = f"<{re.sub(r'[^0-9A-Za-z_.-]', '-', marker)}@{sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"  # no out-of-office answers
    letter.set_content(text)
    return letter


def _told(code: int, why: str) -> ChatRefused | ChatUnavailable:
    """SMTP's own distinction: 5yz is for good, anything else may pass."""
    return ChatRefused(f"{why} ({code})") if 500 <= code < 600 else ChatUnavailable(f"{why} now ({code})")


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

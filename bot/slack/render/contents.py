"""Whatever chat can show, as Slack messages: whole, shortened, as plain text. The first that fits is shown."""

from collections.abc import Iterator

from bot.domain.card import Card
from bot.domain.content import Content
from bot.domain.digest_card import DigestParent, DigestReply
from bot.domain.session_card import SessionCard
from bot.domain.summary_card import BacklogNews, SummaryCard
from bot.slack.render.card import card_message, plain_message, shortened_message
from bot.slack.render.digest import (
    parent_message,
    plain_digest_message,
    reply_message,
    shortened_reply_message,
)
from bot.slack.render.objects import Message
from bot.slack.render.session import plain_session_message, session_message, shortened_session_message
from bot.slack.render.summary import backlog_message, plain_summary_message, summary_message


def renderings(content: Content, version: int) -> Iterator[Message]:
    """Each is made only when the one before was too large."""
    match content:
        case Card():
            yield card_message(content, card_version=version)
            yield shortened_message(content, card_version=version)
            yield plain_message(content)
        case SessionCard():
            yield session_message(content, card_version=version)
            yield shortened_session_message(content, card_version=version)
            yield plain_session_message(content)
        case DigestParent():
            yield parent_message(content, version=version)
            yield plain_digest_message(content)
        case DigestReply():
            yield reply_message(content, version=version)
            yield shortened_reply_message(content, version=version)
            yield plain_digest_message(content)
        case SummaryCard():
            yield summary_message(content, version=version)
            yield plain_summary_message(content)
        case BacklogNews():
            yield backlog_message(content, version=version)
            yield plain_summary_message(content)

"""Whatever chat can show."""

from typing import TypeAlias

from bot.domain.card_parts import Card
from bot.domain.digest_card import DigestParent, DigestReply
from bot.domain.session_card import SessionCard
from bot.domain.summary_card import BacklogNews, SummaryCard

Content: TypeAlias = Card | SessionCard | DigestParent | DigestReply | SummaryCard | BacklogNews
"""Each says whether somebody waits for it (`is_urgent`), and whether its redraw brings an end (`shows_outcome`)."""

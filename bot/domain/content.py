"""Whatever chat can show."""

from typing import TypeAlias

from bot.domain.card_parts import Card
from bot.domain.digest_card import DigestParent, DigestReply
from bot.domain.session_card import SessionCard

Content: TypeAlias = Card | SessionCard | DigestParent | DigestReply
"""Each says whether somebody waits for it (`is_urgent`), and whether its redraw brings an end (`shows_outcome`)."""

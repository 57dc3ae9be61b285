"""What a card is made of, in plain data."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.card_text import Line, OurLine, text_of
from bot.domain.decision import Outcome
from bot.domain.notice import NoticeKind, NoticeRef
from bot.domain.people import Agent, ReviewerRef


class Mark(StrEnum):
    """The one picture of a card; the word beside it says the same."""

    DANGEROUS = "dangerous"
    RISKY = "risky"
    SAFE = "safe"
    QUESTION = "question"
    TOLD = "told"
    APPROVED = "approved"
    MODIFIED = "modified"
    ANSWERED = "answered"
    DENIED = "denied"
    CONSENTED = "consented"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    TAKEN_OVER = "taken_over"
    FAILED = "failed"


class CardControl(StrEnum):
    """What a reviewer can do on the card. CHOOSE stands for one button per numbered choice."""

    CHOOSE = "choose"
    CHOOSE_MENU = "choose_menu"
    APPROVE = "approve"
    REVIEW = "review"
    DETAILS = "details"  # the same form where editing is not allowed
    ANSWER = "answer"
    DENY = "deny"


class MenuEntry(StrEnum):
    """What stands in the ⋮ menu."""

    SHOW_EVERYTHING = "show_everything"
    ANSWER_IN_WORDS = "answer_in_words"
    ASK_BACKUP = "ask_backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One labelled statement. The label is ours, though it may hold the agent's name."""

    label: str
    text: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One argument, readable, masked where it must be, in one line."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What would run. `more` counts the arguments that did not fit."""

    label: str
    name: str
    arguments: tuple[Argument, ...]
    more: int = 0
    is_shortened: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedArgument:
    """One argument that differs. None stands for absent."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What an edit made of the request, and what its editor tells the agent."""

    arguments: tuple[ChangedArgument, ...]
    as_asked: tuple[str, ...]
    note: Fact | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing that can happen, and its consequence. The agent's options are numbered; ours are not.

    `consequence` is what the agent claims, `runs` what an option would really run instead of what is asked.
    """

    label: str
    consequence: Line
    runs: Line = ()
    number: int | None = None
    option_id: str | None = None
    is_chosen: bool = False
    needs_confirmation: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """Asked before a dangerous yes."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What a closed card says above the line: what it came to, what was said, how the agent took it."""

    mark: Mark
    line: OurLine
    quote: str | None = None
    facts: tuple[Fact, ...] = ()
    changed: Changed | None = None
    delivery: OurLine = ()
    warning: tuple[OurLine, ...] = ()  # instead of the delivery line: a person must act
    can_send_again: bool = False  # below the warning
    undo: OurLine = ()  # how far the agent got with undoing it, below the delivery line
    undo_warning: OurLine = ()  # instead of that line: a person must act


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """Another request that this one is tied to, and where its card stands. The surface fills in the `url`."""

    label: str
    act: str
    line: OurLine
    quote: str | None = None
    ref: NoticeRef | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Everything a surface needs to show a request, or to say one thing about it (`note`).

    `summary` is the whole decision in one line, for a notification or a screen reader. `header` holds the agent's
    words. What is empty is left out by the surface. `asked` are those asked now.
    """

    request_id: str
    revision: int
    kind: NoticeKind
    agent: Agent
    act: str  # the agent's title in one line, shortened
    header: str
    summary: Line
    outcome: Outcome | None = None
    asked: tuple[ReviewerRef, ...] = ()
    due_at: datetime | None = None
    closed: Ending | None = None
    mark: Mark = Mark.SAFE
    ask: tuple[OurLine, ...] = ()
    linked: tuple[Linked, ...] = ()
    changed: Changed | None = None
    facts: tuple[Fact, ...] = ()
    run: Run | None = None
    choices_label: str = ""
    choices: tuple[Choice, ...] = ()
    controls: tuple[CardControl, ...] = ()
    approve_label: str = "Approve"
    is_question: bool = False  # asked before the start: to be answered, not approved
    is_harmless: bool = False  # yes is the harmless usual answer
    confirmation: Confirmation | None = None
    menu: tuple[MenuEntry, ...] = ()
    undo: str | None = None  # what its agent would be told to do; None where that cannot be asked for now
    foot: tuple[OurLine, ...] = ()
    note: tuple[Line, ...] = ()

    @property
    def subject(self) -> str:
        """For mail."""
        return self.header

    @property
    def text(self) -> str:
        """All of a note, or the summary of a card, for surfaces without markup."""
        return "\n".join(text_of(line) for line in self.note) if self.note else text_of(self.summary)

    @property
    def is_note(self) -> bool:
        """A short message about a request, without its card."""
        return bool(self.note)

    @property
    def is_pending(self) -> bool:
        return self.outcome is None

    @property
    def is_urgent(self) -> bool:
        """Whether somebody waits for it; not for what people are only told."""
        return self.outcome is not Outcome.AUTO_APPROVED

    @property
    def shows_outcome(self) -> bool:
        return self.is_urgent and not self.is_pending

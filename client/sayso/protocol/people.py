"""What people's tools send and get: an inbox, a request with its card, verdicts, and what runs.

Every value that policy masks is hidden here already, and no answer carries a claim: people decide, agents run.
"""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from sayso.protocol import limits
from sayso.protocol.answering import Decider
from sayso.protocol.directives import Directive, DirectiveKind, SteerAim
from sayso.protocol.jsontext import JsonObject
from sayso.protocol.shape import Answered, Asked, Id, Text, UtcTime
from sayso.protocol.words import Control, Delivery, Environment, Kind, Level, Outcome, Risk, SessionState, State


class Verdict(StrEnum):
    """One word of one person."""

    APPROVE = "approve"
    DENY = "deny"
    MODIFY = "modify"
    CHOOSE = "choose"
    ANSWER = "answer"


class Voice(StrEnum):
    """Whose words a part of a line is made of."""

    SAYSO = "sayso"
    OTHERS = "others"  # an agent, a schema, a policy or a person wrote it: never to be read as markup
    TIME = "time"


class LinePart(Answered):
    """A piece of a line in one voice. `at` is the moment that a part in the voice of time speaks of."""

    text: str
    voice: Voice = Voice.SAYSO
    style: Literal["plain", "bold", "strike"] = "plain"
    at: UtcTime | None = None


class Line(Answered):
    """One line of a card: all of it as text with times in UTC, and in parts for whoever can show more."""

    text: str
    parts: list[LinePart] = Field(default_factory=list[LinePart])


class Section(Answered):
    """One labelled statement of the agent: Impact, Why, Goal, …"""

    label: str
    line: Line


class ShownArgument(Answered):
    """One argument, readable and shortened; `•••• hidden` where policy masks it."""

    name: str
    value: str


class Run(Answered):
    """What would run. `more` counts the arguments that are not shown."""

    label: str
    name: str
    arguments: list[ShownArgument] = Field(default_factory=list[ShownArgument])
    more: int = 0
    is_shortened: bool = Field(default=False, description="The whole is in `action.arguments`.")


class ChangedArgument(Answered):
    """One argument that an edit changed; null stands for absent."""

    name: str
    before: str | None = None
    after: str | None = None


class Changed(Answered):
    """What an edit made of the request. `as_asked` names the arguments that stayed as they were."""

    arguments: list[ChangedArgument]
    as_asked: list[str] = Field(default_factory=list[str])
    note: Section | None = None


class Choice(Answered):
    """One thing that can happen. The agent's options are numbered; ours, silence included, are not."""

    label: str
    consequence: Line
    runs: Line | None = Field(default=None, description="What the option would run instead of what is asked.")
    number: int | None = None
    option_id: str | None = Field(default=None, description="Send it back with the verdict `choose`.")
    is_chosen: bool = False
    needs_confirmation: bool = False


class Confirmation(Answered):
    """What a tool asks before it sends a dangerous yes."""

    title: str
    text: str


class LinkedRequest(Answered):
    """Another request that this one follows or replaces, or that follows or replaces it."""

    label: str
    act: str
    line: Line
    quote: str | None = None


class Ending(Answered):
    """How a request ended, in the voice of its card; how the agent took it."""

    line: Line
    quote: str | None = Field(default=None, description="What was said: the reason of a no, the answer.")
    sections: list[Section] = Field(default_factory=list[Section])
    changed: Changed | None = None
    delivery: Line | None = None
    warning: list[Line] = Field(default_factory=list[Line], description="A person must act.")


class Card(Answered):
    """What a reviewer sees of a request on any surface. What is empty does not apply."""

    header: str = Field(description="The act as a question; what it came to, once it is closed.")
    summary: str = Field(description="The whole decision in one line.")
    ending: Ending | None = None
    lines: list[Line] = Field(default_factory=list[Line], description="How risky, who is asked, until when.")
    linked: list[LinkedRequest] = Field(default_factory=list[LinkedRequest])
    changed: Changed | None = None
    sections: list[Section] = Field(default_factory=list[Section])
    run: Run | None = None
    choices_label: str = ""
    choices: list[Choice] = Field(default_factory=list[Choice])
    controls: list[Verdict] = Field(
        default_factory=list[Verdict], description="The verdicts that this reader can send now."
    )
    approve_label: str = "Approve"
    confirmation: Confirmation | None = None
    foot: list[Line] = Field(default_factory=list[Line])


class ReviewedAction(Answered):
    """What is asked, whole, with masked values hidden. A hidden value that is sent back as it is stays what it was."""

    name: str
    title: str | None = None
    description: str | None = None
    arguments: JsonObject = Field(default_factory=dict[str, Any])


class ReviewDecision(Answered):
    """What a request was decided to be, and by whom. It carries no claim."""

    by: list[Decider] = Field(default_factory=list[Decider], description="Empty for silence, expiry and withdrawal.")
    at: UtcTime
    option_id: str | None = None
    text: str | None = None
    reason: str | None = None
    control: Control = Control.CONTINUE


class Review(Answered):
    """An approval request as a reviewer sees it."""

    id: str
    kind: Kind
    state: State
    outcome: Outcome | None = None
    level: Level
    risk: Risk
    because: str
    agent: str
    session_id: str
    revision: int = Field(description="What exactly is being asked. Send it with a verdict, which counts for it only.")
    submitted_at: UtcTime
    due_at: UtcTime | None = None
    is_reason_required: bool = Field(default=False, description="A no needs a reason here.")
    quorum: int = 1
    action: ReviewedAction
    card: Card
    decided: ReviewDecision | None = None
    delivery: Delivery | None = None
    purged_at: UtcTime | None = Field(default=None, description="When arguments and words were removed.")


class InboxItem(Answered):
    """One request that waits for the reader."""

    id: str
    question: str
    summary: str = Field(description="The whole decision in one line.")
    agent: str
    kind: Kind
    risk: Risk
    level: Level
    environment: Environment | None = None
    session_id: str
    revision: int
    submitted_at: UtcTime
    due_at: UtcTime | None = None


class Inbox(Answered):
    """One page of what waits for the reader, the oldest deadline first."""

    items: list[InboxItem]
    total: int = Field(description="All that wait.")
    next: str | None = Field(default=None, description="Send it as `after` for the page behind this one.")
    is_partial: bool = Field(
        default=False, description="Who is in a group cannot be told now: only what asks the reader by name is here."
    )


def _whole(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank; leave it out")
    return text


Words = Annotated[Text, AfterValidator(_whole)]


class Decide(Asked):
    """The body of `POST /v1/approvals/{id}/decisions`: one word of one person about one revision."""

    verdict: Verdict
    revision: Annotated[int, Field(strict=True, ge=1, le=limits.SAFE_INTEGER)] = Field(
        description="The revision that the person saw."
    )
    option_id: Id | None = Field(default=None, description="With `choose`: which option.")
    arguments: JsonObject | None = Field(
        default=None, description="With `modify`: all arguments as they should be. Hidden values may stay as shown."
    )
    text: Words | None = Field(default=None, description="With `answer`: the answer. Else a word to the agent.")
    reason: Words | None = Field(default=None, description="Why; with `deny` the agent reads it.")
    control: Control = Field(default=Control.CONTINUE, description="What the agent's run as a whole should do next.")


class OpenReview(Asked):
    """The body of `POST /v1/approvals/{id}/open`."""

    revision: Annotated[int, Field(strict=True, ge=1, le=limits.SAFE_INTEGER)] = Field(
        description="The revision that the person saw."
    )


class IssueDirective(Asked):
    """The body of `POST /v1/sessions/{id}/directives`: a word of a person to a running agent."""

    kind: DirectiveKind
    text: Annotated[Words, Field(max_length=limits.DIRECTIVE_CHARACTERS)] | None = Field(
        default=None, description="Of a steer what to do, else why."
    )
    aim: SteerAim | None = Field(default=None, description="Of a steer: the step (the way) or the goal. Default: step.")
    request_id: Id | None = Field(default=None, description="Of an undo: the request whose action is to be undone.")


class RunningSession(Answered):
    """A session as people see it."""

    id: str
    agent: str
    state: SessionState
    reason: str | None = Field(default=None, description="Why it is paused or over, in plain words.")
    goal: str | None = None
    environment: Environment | None = None
    started_at: UtcTime
    last_seen_at: UtcTime | None = None
    ended_at: UtcTime | None = None
    waiting: int = Field(default=0, description="Its requests that are open.")
    directives: list[Directive] = Field(
        default_factory=list[Directive], description="What people said to it: what is open, and the last that ended."
    )


class RunningSessions(Answered):
    """One page of the sessions that have not ended, newest first; or those that a name may mean."""

    sessions: list[RunningSession]
    total: int = Field(description="All of them.")
    is_near: bool = Field(
        default=False, description="Nobody is called so, and these nearly so: to be offered, never obeyed."
    )
    next: str | None = Field(default=None, description="Send it as `after` for the page behind this one.")


class SendingCallback(Answered):
    """A callback on its way to its agent's address."""

    id: str = Field(description="Of the callback; send it again by this.")
    agent: str
    about: Literal["decision", "directive"]
    what: str = Field(description="What it is about, in one line.")
    approval_id: str | None = Field(default=None, description="Of a decision: the request that it closed.")
    address: str = Field(description="Where it is sent, without what must stay secret.")
    state: Literal["due", "sent", "parked", "needless"] | str = Field(
        description="due: to be tried at `next_try_at`; parked: given up, until a person sends it again."
    )
    tries: int
    since: UtcTime | None = Field(default=None, description="When it was first tried.")
    next_try_at: UtcTime | None = None
    parked_at: UtcTime | None = None
    last_problem: str | None = None


class UndeliveredCallbacks(Answered):
    """What agents' addresses did not take, the newest first."""

    callbacks: list[SendingCallback]

"""The rows of the table that are for people's tools."""

from http import HTTPMethod, HTTPStatus
from typing import Any

from sayso.protocol import (
    Decide,
    Directive,
    Inbox,
    IssueDirective,
    OpenReview,
    ProblemType,
    Review,
    RunningSession,
    RunningSessions,
    SendingCallback,
    UndeliveredCallbacks,
)

from bot.api import people
from bot.api.parameters import IDEMPOTENCY_KEY, LIMIT, NAME, PAGE_AFTER
from bot.api.route import Audience, NoBody, Route

_APPROVAL = "apr"
_SESSION = "ses"
_CALLBACK = "cbk"
_REFUSED_VERDICTS = (
    ProblemType.SELF_APPROVAL,
    ProblemType.STALE_REVISION,
    ProblemType.ALREADY_CLOSED,
)

PEOPLE_ROUTES: tuple[Route[Any], ...] = (
    Route(
        method=HTTPMethod.GET,
        path="/inbox",
        operation_id="read_inbox",
        summary="Read what waits for you",
        description="What you can decide and have not decided yet, the oldest deadline first.",
        handle=people.read_inbox,
        body=NoBody,
        answer=Inbox,
        answers={HTTPStatus.OK: "One page of it."},
        audience=Audience.PEOPLE,
        parameters=(PAGE_AFTER, LIMIT),
    ),
    Route(
        method=HTTPMethod.GET,
        path="/approvals/{id}",
        operation_id="review_approval",
        summary="Read a request with its card",
        description="As its reviewers see it: masked values are hidden, and nothing is decided by reading.",
        handle=people.read,
        body=NoBody,
        answer=Review,
        answers={HTTPStatus.OK: "The request as it stands."},
        audience=Audience.PEOPLE,
        prefix=_APPROVAL,
    ),
    Route(
        method=HTTPMethod.POST,
        path="/approvals/{id}/open",
        operation_id="open_approval",
        summary="Say that you look at a request closely",
        description=(
            "What opening a form in chat does: where silence would have been consent, it no longer is. Call it before "
            "you ask a person for a reason or for changes."
        ),
        handle=people.look,
        body=OpenReview,
        answer=Review,
        answers={HTTPStatus.OK: "The request as it stands."},
        audience=Audience.PEOPLE,
        prefix=_APPROVAL,
        problems=_REFUSED_VERDICTS,
        example={"revision": 1},
    ),
    Route(
        method=HTTPMethod.POST,
        path="/approvals/{id}/decisions",
        operation_id="decide_approval",
        summary="Decide a request",
        description=(
            "The rules are those of a click: the first valid decision wins, and a word counts for the revision that "
            "was seen. With `modify` send all arguments; hidden values that are sent back as shown stay what they are."
        ),
        handle=people.decide,
        body=Decide,
        answer=Review,
        answers={HTTPStatus.OK: "It is counted; the request as it stands now."},
        audience=Audience.PEOPLE,
        prefix=_APPROVAL,
        problems=(*_REFUSED_VERDICTS, ProblemType.ALREADY_COUNTED),
        example={"verdict": "deny", "revision": 1, "reason": "The DR cluster still reads these"},
    ),
    Route(
        method=HTTPMethod.GET,
        path="/sessions",
        operation_id="list_sessions",
        summary="List the sessions that have not ended",
        description=(
            "Newest first, with what people said to each. With `name` those that a person may mean by it; one that has "
            "ended is found by its whole id."
        ),
        handle=people.list_sessions,
        body=NoBody,
        answer=RunningSessions,
        answers={HTTPStatus.OK: "One page of them."},
        audience=Audience.PEOPLE,
        parameters=(NAME, PAGE_AFTER, LIMIT),
    ),
    Route(
        method=HTTPMethod.GET,
        path="/sessions/{id}",
        operation_id="oversee_session",
        summary="Read a session",
        description="Its state, and how far the agent is with what people said to it.",
        handle=people.read_session,
        body=NoBody,
        answer=RunningSession,
        answers={HTTPStatus.OK: "The session as it stands."},
        audience=Audience.PEOPLE,
        prefix=_SESSION,
    ),
    Route(
        method=HTTPMethod.POST,
        path="/sessions/{id}/directives",
        operation_id="issue_directive",
        summary="Say a word to a running agent",
        description=(
            "Any full member may pause or stop, unless policy keeps that to owners and operators; the owner and "
            "operators may also resume and steer; an undo names a request, and is for those too who were asked about "
            "it. The answer is the directive as issued; read the session to follow it. The same `Idempotency-Key` with "
            "the same word answers with the same directive, as it stands."
        ),
        handle=people.direct,
        body=IssueDirective,
        answer=Directive,
        answers={HTTPStatus.OK: "It is on its way."},
        audience=Audience.PEOPLE,
        prefix=_SESSION,
        parameters=(IDEMPOTENCY_KEY,),
        problems=(ProblemType.FORBIDDEN, ProblemType.OUT_OF_ORDER, ProblemType.IDEMPOTENCY_CONFLICT),
        example={"kind": "steer", "text": "leave the pipeline alone", "aim": "step"},
    ),
    Route(
        method=HTTPMethod.GET,
        path="/callbacks/undelivered",
        operation_id="list_undelivered",
        summary="List what agents' addresses did not take",
        description=(
            "What failed and is tried again, and what was parked after a day of tries; the newest first, at most 100. "
            "Of what you may have sent again: as the agent's owner, as an operator, or because you were asked."
        ),
        handle=people.list_undelivered,
        body=NoBody,
        answer=UndeliveredCallbacks,
        answers={HTTPStatus.OK: "All of them."},
        audience=Audience.PEOPLE,
    ),
    Route(
        method=HTTPMethod.POST,
        path="/callbacks/{id}/resend",
        operation_id="resend_callback",
        summary="Have a callback sent again",
        description=(
            "It is tried at once, at the address that is set now, and for another day if need be. The receiver sees "
            "the same `webhook-id` again; a decision is still executed once, by its claim."
        ),
        handle=people.resend,
        body=NoBody,
        answer=SendingCallback,
        answers={HTTPStatus.OK: "It is on its way."},
        audience=Audience.PEOPLE,
        prefix=_CALLBACK,
        problems=(ProblemType.FORBIDDEN, ProblemType.OUT_OF_ORDER),
    ),
)

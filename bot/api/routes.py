"""The one table of what agents can call: it registers the handlers and writes the OpenAPI document."""

from http import HTTPMethod, HTTPStatus
from typing import Any

from sayso.protocol import (
    Acknowledge,
    Approval,
    CallbackEntry,
    CallbackPage,
    ProblemType,
    Report,
    Session,
    StartSession,
    SubmitApproval,
    UpdateSession,
    Withdraw,
)

from bot.api import approvals, callbacks, examples, sessions
from bot.api.parameters import AFTER, IDEMPOTENCY_KEY, LIMIT, WAIT
from bot.api.route import NoBody, Route

_APPROVAL = "apr"
_SESSION = "ses"
_CALLBACK = "cbk"

_APPROVALS: tuple[Route[Any], ...] = (
    Route(
        method=HTTPMethod.POST,
        path="/approvals",
        operation_id="submit_approval",
        summary="Ask people about an action",
        description=(
            "Answers at once: decided, where policy decides, else pending. The same `Idempotency-Key` with the same "
            "body answers with the same request; for a change of mind send a new key and `supersedes`."
        ),
        handle=approvals.submit,
        body=SubmitApproval,
        answer=Approval,
        answers={HTTPStatus.OK: "It is decided.", HTTPStatus.ACCEPTED: "People are asked; wait at `Location`."},
        parameters=(IDEMPOTENCY_KEY,),
        problems=(ProblemType.IDEMPOTENCY_CONFLICT, ProblemType.ALREADY_CLOSED, ProblemType.SESSION_ENDED),
        example=examples.QUESTION,
    ),
    Route(
        method=HTTPMethod.GET,
        path="/approvals/{id}",
        operation_id="read_approval",
        summary="Read a request, or wait for its decision",
        description=(
            "With `wait` it answers as soon as the request is closed, and with the pending request when the time is "
            "over. A decision that was made before is found at once."
        ),
        handle=approvals.follow,
        body=NoBody,
        answer=Approval,
        answers={HTTPStatus.OK: "The request as it stands."},
        prefix=_APPROVAL,
        parameters=(WAIT,),
    ),
    Route(
        method=HTTPMethod.POST,
        path="/approvals/{id}/withdraw",
        operation_id="withdraw_approval",
        summary="Take a request back",
        description="Its card says so and loses its buttons. Taking it back again changes nothing.",
        handle=approvals.withdraw,
        body=Withdraw,
        answer=Approval,
        answers={HTTPStatus.OK: "It is withdrawn."},
        prefix=_APPROVAL,
        problems=(ProblemType.ALREADY_CLOSED,),
        example={"reason": "The files are needed after all."},
    ),
    Route(
        method=HTTPMethod.POST,
        path="/approvals/{id}/ack",
        operation_id="acknowledge_approval",
        summary="Acknowledge a decision and redeem its claim",
        description=(
            "Run the action only after this was answered with 200. The first holder gets it, the same holder again "
            "gets it again, any other is refused: a decision that was delivered twice is executed once."
        ),
        handle=approvals.acknowledge,
        body=Acknowledge,
        answer=Approval,
        answers={HTTPStatus.OK: "The decision is yours to run."},
        prefix=_APPROVAL,
        problems=(ProblemType.STILL_PENDING, ProblemType.ALREADY_CLAIMED),
        example={"claim": examples.CLAIM, "holder": "worker-3:4711"},
    ),
    Route(
        method=HTTPMethod.POST,
        path="/approvals/{id}/result",
        operation_id="report_result",
        summary="Say how the action ended",
        description="The card shows it. Comes after `ack`; the same result again changes nothing.",
        handle=approvals.report,
        body=Report,
        answer=Approval,
        answers={HTTPStatus.OK: "It is recorded."},
        prefix=_APPROVAL,
        problems=(ProblemType.STILL_PENDING, ProblemType.OUT_OF_ORDER),
        example={"status": "succeeded", "summary": "312 files deleted"},
    ),
)

_CALLBACKS: tuple[Route[Any], ...] = (
    Route(
        method=HTTPMethod.GET,
        path="/callbacks",
        operation_id="read_callbacks",
        summary="Read the queue of decisions",
        description=(
            "What this agent has not acknowledged, oldest first. Send `after` of each page with the next call; "
            "without it, what was not acknowledged comes again."
        ),
        handle=callbacks.read_queue,
        body=NoBody,
        answer=CallbackPage,
        answers={HTTPStatus.OK: "One page of the queue."},
        parameters=(AFTER, WAIT, LIMIT),
    ),
    Route(
        method=HTTPMethod.POST,
        path="/callbacks/{id}/ack",
        operation_id="acknowledge_callback",
        summary="Take an entry out of the queue",
        description="Again changes nothing. To run the decision, redeem its claim as well.",
        handle=callbacks.acknowledge,
        body=NoBody,
        answer=CallbackEntry,
        answers={HTTPStatus.OK: "It does not come again."},
        prefix=_CALLBACK,
    ),
)

_SESSIONS: tuple[Route[Any], ...] = (
    Route(
        method=HTTPMethod.POST,
        path="/sessions",
        operation_id="start_session",
        summary="Start a session",
        description="One run towards one goal. The same `Idempotency-Key` answers with the same session.",
        handle=sessions.start,
        body=StartSession,
        answer=Session,
        answers={HTTPStatus.CREATED: "It runs; name it in `session_id`."},
        parameters=(IDEMPOTENCY_KEY,),
        example={"goal": "Free disk space", "environment": "staging"},
    ),
    Route(
        method=HTTPMethod.GET,
        path="/sessions/{id}",
        operation_id="read_session",
        summary="Read a session",
        description="Its state says whether the agent may go on.",
        handle=sessions.read,
        body=NoBody,
        answer=Session,
        answers={HTTPStatus.OK: "The session as it stands."},
        prefix=_SESSION,
    ),
    Route(
        method=HTTPMethod.PATCH,
        path="/sessions/{id}",
        operation_id="update_session",
        summary="Give a sign of life, or end a session",
        description="An empty object is a heartbeat. The end withdraws the session's open requests.",
        handle=sessions.update,
        body=UpdateSession,
        answer=Session,
        answers={HTTPStatus.OK: "The session as it stands."},
        prefix=_SESSION,
        example={"state": "ended"},
    ),
)

ROUTES = (*_APPROVALS, *_CALLBACKS, *_SESSIONS)

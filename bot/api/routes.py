"""The one table of what can be called, by whom: it registers the handlers and writes the OpenAPI document."""

from http import HTTPMethod, HTTPStatus
from typing import Any

from sayso.protocol import (
    Acknowledge,
    Alert,
    Approval,
    CallbackEntry,
    CallbackPage,
    ProblemType,
    RaiseAlert,
    Report,
    ReportDirective,
    ReportedDirective,
    Session,
    StartSession,
    SubmitApproval,
    UpdateSession,
    Withdraw,
)

from bot.api import alerts, approvals, callbacks, directives, examples, sessions, streams
from bot.api.parameters import AFTER, IDEMPOTENCY_KEY, KIND, LAST_EVENT_ID, LIMIT, SEEN, WAIT
from bot.api.people_routes import PEOPLE_ROUTES
from bot.api.route import NoBody, Route

_APPROVAL = "apr"
_SESSION = "ses"
_CALLBACK = "cbk"
_DIRECTIVE = "dir"

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
        summary="Read the queue of decisions and directives",
        description=(
            "What this agent has not acknowledged, oldest first. Send `after` of each page with the next call; "
            "without it, what was not acknowledged comes again. A directive comes again while nothing is heard of it."
        ),
        handle=callbacks.read_queue,
        body=NoBody,
        answer=CallbackPage,
        answers={HTTPStatus.OK: "One page of the queue."},
        parameters=(AFTER, WAIT, LIMIT, KIND),
    ),
    Route(
        method=HTTPMethod.GET,
        path="/callbacks/stream",
        operation_id="stream_callbacks",
        summary="Listen to the queue",
        description=(
            "The same queue as a stream of events (`text/event-stream`), without end: what was missed comes first, "
            "then what is new, at once. The `event` is the kind of the entry, the `data` is the entry as JSON, and the "
            "`id` goes back as `Last-Event-ID` when the connection was lost: nothing is lost or told twice. Without "
            "it, what was not acknowledged comes again. A comment every 15 seconds says that the server is there."
        ),
        handle=streams.listen,
        body=NoBody,
        answer=CallbackEntry,
        answers={HTTPStatus.OK: "Events, as they come."},
        parameters=(AFTER, LAST_EVENT_ID, KIND),
        is_stream=True,
    ),
    Route(
        method=HTTPMethod.POST,
        path="/callbacks/{id}/ack",
        operation_id="acknowledge_callback",
        summary="Take an entry out of the queue",
        description=(
            "Again changes nothing. To run a decision, redeem its claim as well; to a directive, say what became of it."
        ),
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
        summary="Read a session, or wait for what people say to it",
        description=(
            "Its state says whether the agent may go on. With `wait`, and `seen` as the `stamp` of the answer before, "
            "it answers as soon as the session stands otherwise or people said something to it: so does an agent hear "
            "what is meant for it, and so does a paused one wait. Waiting is a sign of life."
        ),
        handle=sessions.read,
        body=NoBody,
        answer=Session,
        answers={HTTPStatus.OK: "The session as it stands."},
        prefix=_SESSION,
        parameters=(WAIT, SEEN),
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

_DIRECTIVES: tuple[Route[Any], ...] = (
    Route(
        method=HTTPMethod.POST,
        path="/directives/{id}/result",
        operation_id="report_directive",
        summary="Say what became of a directive",
        description=(
            "`acknowledged` says that the agent has it; `done` or `failed` says how it ended, and acknowledges it too. "
            "A pause is done when the agent has really stopped. The same again changes nothing. Without a word it "
            "comes again after 10, 30 and 60 seconds; then people are told."
        ),
        handle=directives.report,
        body=ReportDirective,
        answer=ReportedDirective,
        answers={HTTPStatus.OK: "It is recorded, and people see it."},
        prefix=_DIRECTIVE,
        problems=(ProblemType.OUT_OF_ORDER,),
        example={"state": "done", "answer": "Stopped before step 4; nothing is half done."},
    ),
)

_ALERTS: tuple[Route[Any], ...] = (
    Route(
        method=HTTPMethod.POST,
        path="/alerts",
        operation_id="raise_alert",
        summary="Tell people something that can wait",
        description=(
            "It is told in the daily digest of the channel where this agent asks, together with the others of its "
            "kind. The same `Idempotency-Key` with the same body is the same alert."
        ),
        handle=alerts.raise_alert,
        body=RaiseAlert,
        answer=Alert,
        answers={HTTPStatus.OK: "It is kept for the digest."},
        parameters=(IDEMPOTENCY_KEY,),
        problems=(ProblemType.IDEMPOTENCY_CONFLICT,),
        example={"kind": "cost", "text": "This run cost $12.40, usual are $3."},
    ),
)

ROUTES = (*_APPROVALS, *_CALLBACKS, *_SESSIONS, *_DIRECTIVES, *_ALERTS, *PEOPLE_ROUTES)

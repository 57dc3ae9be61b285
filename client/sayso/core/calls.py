"""Every request that the client knows, as data."""

from http import HTTPMethod
from urllib.parse import quote

from pydantic import BaseModel

from sayso.core.steps import Call
from sayso.protocol import (
    Acknowledge,
    RaiseAlert,
    Report,
    ReportDirective,
    StartSession,
    SubmitApproval,
    UpdateSession,
    Withdraw,
)


def submit(question: SubmitApproval, idempotency_key: str) -> Call:
    return _post("/v1/approvals", question, headers={"Idempotency-Key": idempotency_key})


def read_approval(approval_id: str, *, wait: int | None = None) -> Call:
    query = {} if wait is None else {"wait": str(wait)}
    return Call(method=HTTPMethod.GET, path=_approval(approval_id), query=query)


def withdraw(approval_id: str, body: Withdraw) -> Call:
    return _post(_approval(approval_id, "/withdraw"), body)


def acknowledge(approval_id: str, body: Acknowledge) -> Call:
    return _post(_approval(approval_id, "/ack"), body)


def report(approval_id: str, body: Report) -> Call:
    return _post(_approval(approval_id, "/result"), body)


def start_session(body: StartSession, idempotency_key: str) -> Call:
    return _post("/v1/sessions", body, headers={"Idempotency-Key": idempotency_key})


def read_session(session_id: str, *, wait: int | None = None, seen: str | None = None) -> Call:
    return Call(method=HTTPMethod.GET, path=_session(session_id), query=_said(wait=wait, seen=seen))


def update_session(session_id: str, body: UpdateSession) -> Call:
    return _with_body(HTTPMethod.PATCH, _session(session_id), body, {})


def callbacks(*, after: str | None, wait: int | None, kind: str | None) -> Call:
    return Call(method=HTTPMethod.GET, path="/v1/callbacks", query=_said(after=after, wait=wait, kind=kind))


def stream(*, after: str | None, kind: str | None) -> Call:
    headers = {"Accept": "text/event-stream", **({} if after is None else {"Last-Event-ID": after})}
    return Call(method=HTTPMethod.GET, path="/v1/callbacks/stream", query=_said(kind=kind), headers=headers)


def acknowledge_callback(callback_id: str) -> Call:
    return Call(method=HTTPMethod.POST, path=f"/v1/callbacks/{quote(callback_id, safe='')}/ack")


def report_directive(directive_id: str, body: ReportDirective) -> Call:
    return _post(f"/v1/directives/{quote(directive_id, safe='')}/result", body)


def raise_alert(body: RaiseAlert, idempotency_key: str) -> Call:
    return _post("/v1/alerts", body, headers={"Idempotency-Key": idempotency_key})


def _approval(approval_id: str, act: str = "") -> str:
    return f"/v1/approvals/{quote(approval_id, safe='')}{act}"


def _session(session_id: str) -> str:
    return f"/v1/sessions/{quote(session_id, safe='')}"


def _said(**query: str | int | None) -> dict[str, str]:
    return {name: str(value) for name, value in query.items() if value is not None}


def _post(path: str, body: BaseModel, headers: dict[str, str] | None = None) -> Call:
    return _with_body(HTTPMethod.POST, path, body, headers or {})


def _with_body(method: HTTPMethod, path: str, body: BaseModel, headers: dict[str, str]) -> Call:
    # What is not said is left out (null is as good as not said). A null inside arguments is said, and stays.
    content = body.model_dump_json(exclude_unset=True).encode()
    return Call(method=method, path=path, body=content, headers={"Content-Type": "application/json", **headers})

"""The conversations of people's tools. A person waits for each answer, so patience is short and words are sent once."""

from dataclasses import dataclass
from http import HTTPMethod, HTTPStatus
from typing import TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from sayso.core.answers import phrase, problem_in
from sayso.core.steps import Call, Dialogue, Lost, Pause, Reply, Send
from sayso.people_errors import NotAnswered, NotDone, NotReadable
from sayso.protocol import FieldError, Problem, ProblemType, field_errors

Said = TypeVar("Said", bound=BaseModel)
Found = TypeVar("Found", bound=BaseModel)

ANSWER_SECONDS = 20.0
"""The server itself may have to wait for Slack to say who is who."""
PAUSES = (0.5, 1.5)
"""Before a question that only reads is asked again: a server that is restarted is back by then, or is really away."""

_NEVER_SENT = ("ConnectError", "ConnectTimeout")
_PASSING = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT, HTTPStatus.SERVICE_UNAVAILABLE})


@dataclass(frozen=True, slots=True)
class Reading:
    """What only reads may be asked again."""

    path: str
    query: dict[str, str]

    def as_(self, model: type[Found]) -> Dialogue[Found]:
        """Raises NotDone, NotAnswered, NotReadable."""
        call = Call(method=HTTPMethod.GET, path=self.path, query=self.query)
        for pause in PAUSES:
            heard = yield Send(call, ANSWER_SECONDS)
            if isinstance(heard, Reply) and not _is_passing(heard):
                return _read(heard, model)
            yield Pause(pause)
        heard = yield Send(call, ANSWER_SECONDS)
        if isinstance(heard, Reply):
            return _read(heard, model)
        raise NotAnswered(_why(heard), may_have_arrived=False)


@dataclass(frozen=True, slots=True)
class Saying:
    """A person's word. It is sent once: whether one without an answer arrived, the person has to look."""

    path: str
    body: BaseModel | None = None

    def as_(self, model: type[Found]) -> Dialogue[Found]:
        """Raises NotDone, NotAnswered, NotReadable."""
        heard = yield Send(self._call(), ANSWER_SECONDS)
        if isinstance(heard, Reply):
            return _read(heard, model)
        why = _why(heard)
        raise NotAnswered(why, may_have_arrived=not why.startswith(_NEVER_SENT))

    def _call(self) -> Call:
        if self.body is None:
            return Call(method=HTTPMethod.POST, path=self.path)
        content = self.body.model_dump_json(exclude_unset=True).encode()
        headers = {"Content-Type": "application/json"}
        return Call(method=HTTPMethod.POST, path=self.path, body=content, headers=headers)


def inbox(*, after: str | None, limit: int) -> Reading:
    return Reading("/v1/inbox", _page(after, limit))


def approval(approval_id: str) -> Reading:
    return Reading(_approval(approval_id), {})


def look(approval_id: str, body: BaseModel) -> Saying:
    return Saying(f"{_approval(approval_id)}/open", body)


def decide(approval_id: str, body: BaseModel) -> Saying:
    return Saying(f"{_approval(approval_id)}/decisions", body)


def sessions(*, name: str | None, after: str | None, limit: int) -> Reading:
    return Reading("/v1/sessions", _page(after, limit) | ({} if name is None else {"name": name}))


def session(session_id: str) -> Reading:
    return Reading(_session(session_id), {})


def direct(session_id: str, body: BaseModel) -> Saying:
    return Saying(f"{_session(session_id)}/directives", body)


def undelivered() -> Reading:
    return Reading("/v1/callbacks/undelivered", {})


def resend(callback_id: str) -> Saying:
    return Saying(f"/v1/callbacks/{quote(callback_id, safe='')}/resend")


def said(model: type[Said], **members: object) -> Said:
    """What a person says, leaving out what they did not. Raises NotDone where the server would refuse it."""
    try:
        return model.model_validate({name: value for name, value in members.items() if value is not None})
    except ValidationError as problem:
        raise NotDone(_invalid(field_errors(problem))) from None


def _invalid(errors: list[FieldError]) -> Problem:
    return Problem(type=ProblemType.INVALID_REQUEST, title="This is not valid", status=422, errors=errors)


def _page(after: str | None, limit: int) -> dict[str, str]:
    return {"limit": str(limit)} if after is None else {"limit": str(limit), "after": after}


def _approval(approval_id: str) -> str:
    return f"/v1/approvals/{quote(approval_id, safe='')}"


def _session(session_id: str) -> str:
    return f"/v1/sessions/{quote(session_id, safe='')}"


def _is_passing(reply: Reply) -> bool:
    return reply.status in _PASSING and problem_in(reply).type != ProblemType.DIRECTORY_UNAVAILABLE


def _why(heard: object) -> str:
    return heard.why if isinstance(heard, Lost) else ""


def _read(reply: Reply, model: type[Found]) -> Found:
    if reply.status >= HTTPStatus.BAD_REQUEST:
        raise NotDone(problem_in(reply))
    if reply.status != HTTPStatus.OK:
        raise NotReadable(f"HTTP {reply.status} {phrase(reply.status)}".rstrip())
    try:
        return model.model_validate_json(reply.body)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise NotReadable(f"{model.__name__}: {place or 'body'}: {first['msg']}") from None

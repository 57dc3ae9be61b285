"""The client of people's tools: what it sends, what it makes of answers, and when it tries again."""

import inspect
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sayso.people import AsyncReviewer, NotAnswered, NotDone, NotReadable, PeopleError, Reviewer
from sayso.protocol import ProblemType

URL, TOKEN = "http://sayso.example", "sayso-person_1"
SESSION = {"id": "ses_1", "agent": "tidy", "state": "running", "started_at": "2026-11-20T08:59:00Z"}
Answer = Callable[[httpx.Request], httpx.Response]


def a_problem(type: str, status: int, detail: str | None = None, **more: Any) -> httpx.Response:
    said = {"type": type, "title": "Not so", "status": status, "detail": detail, **more}
    return httpx.Response(status, json=said)


class Server:
    """Answers as it was told, one after the other, and remembers what it heard."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers, self.heard, self.pauses = list(answers), [], []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def reviewer(self) -> Reviewer:
        return Reviewer(URL, TOKEN, transport=httpx.MockTransport(self), sleep=self.pauses.append)


def test_an_inbox_is_asked_for_with_the_token():
    server = Server(httpx.Response(200, json={"items": [], "total": 0}))
    with server.reviewer() as reviewer:
        assert reviewer.inbox(after="x", limit=5).total == 0
    (request,) = server.heard
    assert (request.method, str(request.url)) == ("GET", f"{URL}/v1/inbox?limit=5&after=x")
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"


def test_a_word_says_only_what_was_said():
    server = Server(a_problem(ProblemType.ALREADY_CLOSED, 409, "Ana denied this at 14:33. Nothing changed."))
    with server.reviewer() as reviewer, pytest.raises(NotDone, match="Ana denied this at 14:33") as refused:
        reviewer.decide("apr_1", "modify", revision=2, arguments={"days": None})
    assert refused.value.problem.type == ProblemType.ALREADY_CLOSED
    (request,) = server.heard
    assert (request.method, request.url.path) == ("POST", "/v1/approvals/apr_1/decisions")
    assert json.loads(request.content) == {"verdict": "modify", "revision": 2, "arguments": {"days": None}}


@pytest.mark.parametrize(
    ("member", "said"), [("verdict", {"verdict": "yes"}), ("text", {"text": " "}), ("control", {"control": "explode"})]
)
def test_what_the_server_would_refuse_is_not_sent(member: str, said: dict[str, Any]):
    server = Server()
    with server.reviewer() as reviewer, pytest.raises(NotDone, match=member):
        reviewer.decide("apr_1", **{"verdict": "approve", "revision": 1, **said})
    assert server.heard == []


def test_a_directive():
    directive = {"id": "dir_1", "kind": "steer", "session_id": "ses_1", "state": "issued"}
    server = Server(httpx.Response(200, json=directive))
    with server.reviewer() as reviewer:
        assert reviewer.direct("ses_1", "steer", text="leave it", aim="goal").state == "issued"
    (request,) = server.heard
    assert request.url.path == "/v1/sessions/ses_1/directives"
    assert json.loads(request.content) == {"kind": "steer", "text": "leave it", "aim": "goal"}


def test_what_only_reads_is_asked_again_and_then_given_up():
    server = Server(httpx.ConnectError("refused"), httpx.Response(503), httpx.Response(200, json=SESSION))
    with server.reviewer() as reviewer:
        assert reviewer.session("ses_1").agent == "tidy"
    assert server.pauses == [0.5, 1.5]
    away = Server(*[httpx.ConnectError("refused")] * 3)
    with away.reviewer() as reviewer, pytest.raises(NotAnswered, match="Nothing changed"):
        reviewer.session("ses_1")


def test_that_slack_says_nothing_is_told_at_once():
    detail = "Slack does not say at the moment who is in the group that is asked."
    server = Server(a_problem(ProblemType.DIRECTORY_UNAVAILABLE, 503, detail))
    with server.reviewer() as reviewer, pytest.raises(NotDone, match="Slack does not say"):
        reviewer.approval("apr_1")
    assert server.pauses == []


@pytest.mark.parametrize(
    ("trouble", "may_have_arrived"),
    [(httpx.ConnectError("refused"), False), (httpx.ConnectTimeout("slow"), False), (httpx.ReadTimeout("slow"), True)],
)
def test_a_word_is_sent_once(trouble: Exception, may_have_arrived: bool):
    server = Server(trouble)
    with server.reviewer() as reviewer, pytest.raises(NotAnswered) as lost:
        reviewer.direct("ses_1", "pause")
    assert (len(server.heard), lost.value.may_have_arrived) == (1, may_have_arrived)
    assert ("look again before you repeat it" in str(lost.value)) is may_have_arrived


@pytest.mark.parametrize(
    "answer", [httpx.Response(200, text="<html>"), httpx.Response(200, json={}), httpx.Response(302)]
)
def test_an_answer_that_makes_no_sense_is_no_answer(answer: httpx.Response):
    server = Server(answer)
    with server.reviewer() as reviewer, pytest.raises(NotReadable):
        reviewer.session("ses_1")


def test_a_proxys_own_refusal_is_a_refusal_too():
    server = Server(httpx.Response(413, text="too large"))
    with server.reviewer() as reviewer, pytest.raises(PeopleError, match="413"):
        reviewer.session("ses_1")


def test_an_id_cannot_leave_its_place_in_the_path():
    server = Server(httpx.Response(200, json=SESSION))
    with server.reviewer() as reviewer:
        reviewer.session("../inbox?x=")
    assert server.heard[0].url.raw_path == b"/v1/sessions/..%2Finbox%3Fx%3D"


async def test_the_asynchronous_twin():
    server = Server(httpx.Response(200, json={"sessions": [SESSION], "total": 1}))
    async with AsyncReviewer(URL, TOKEN, transport=httpx.MockTransport(server)) as reviewer:
        assert [session.id for session in (await reviewer.sessions()).sessions] == ["ses_1"]


def test_the_twins_offer_the_same():
    def offered(kind: type[Any]) -> dict[str, list[str]]:
        members = inspect.getmembers(kind, inspect.isfunction)
        return {name: list(inspect.signature(one).parameters) for name, one in members if not name.startswith("_")}

    assert offered(Reviewer) == offered(AsyncReviewer)

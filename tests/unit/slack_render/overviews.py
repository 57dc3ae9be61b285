"""The sessions behind the example cards, as the services would hold them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.action import Environment
from bot.domain.directive import Directive, DirectiveKind, acknowledged, finished, handed, issued
from bot.domain.overview import SessionOverview
from bot.domain.people import Agent, Person
from bot.domain.session import Session, SessionState
from tests.unit.slack_render import samples
from tests.unit.slack_render.samples import ANA_HERSELF, at

NOW = at(1795185660)  # 14:41
STARTED = at(1795184940)  # 14:29
TIDY_ID = "ses_01kbgp8z4q"


def a_session(state: SessionState = SessionState.RUNNING, **more: Any) -> Session:
    shape = {"goal": "Free disk space on the CI cache", "environment": Environment.STAGING}
    since = None if state is SessionState.RUNNING else NOW
    return Session(
        **{
            "id": TIDY_ID,
            "agent_id": "agt_tidy",
            "started_at": STARTED,
            "state": state,
            "state_since": since,
            **shape,
            **more,
        }
    )


def an_overview(
    name: str = "tidy", state: SessionState = SessionState.RUNNING, *, id: str = TIDY_ID, **more: Any
) -> SessionOverview:
    """One run; `more` are fields of the overview or of its session."""
    of_overview = {key: more.pop(key) for key in list(more) if key in SessionOverview.__dataclass_fields__}
    pending = of_overview.get("pending", ())
    counted = {"pending_count": len(pending), "now": NOW, **of_overview}
    agent = Agent(id=f"agt_{name}", name=name, owner_slack_user_id="U04CHEN", owner_name="Chen")
    return SessionOverview(session=a_session(state, id=id, agent_id=agent.id, **more), agent=agent, **counted)


def a_directive(
    kind: DirectiveKind = DirectiveKind.PAUSE, *, by: Person = ANA_HERSELF, when: datetime = NOW, **more: Any
) -> Directive:
    return issued(id="dir_1", session_id=TIDY_ID, agent_id="agt_tidy", kind=kind, by=by, now=when, **more)


def obeyed(directive: Directive, *, answer: str | None = None, after: timedelta = timedelta(minutes=1)) -> Directive:
    """Delivered and acknowledged at once, done a little later."""
    taken = handed(directive, directive.issued_at)
    assert taken is not None
    taken = acknowledged(taken, directive.issued_at)
    assert taken is not None
    done = finished(taken, succeeded=True, answer=answer, now=directive.issued_at + after)
    assert done is not None
    return done


def listed() -> list[SessionOverview]:
    """The four of the example list, as far as their signals are known."""
    return [
        an_overview(started_at=NOW - timedelta(minutes=9), pending=(samples.clean_up(),)),
        an_overview(
            "costwatch", id="ses_02", goal="Find unused machines", started_at=NOW - timedelta(minutes=41, seconds=20)
        ),
        an_overview(
            "shipper",
            SessionState.PAUSED,
            id="ses_03",
            goal="Ship v2.1.0",
            started_at=NOW - timedelta(minutes=4),
            state_reason="nobody answered apr_01kbgr2m8x",
        ),
        an_overview("scout", id="ses_04", goal="Clean up the customer list", pending=(samples.clarification(),)),
    ]


def two_of_a_kind() -> list[SessionOverview]:
    return [
        an_overview(),
        replace(an_overview("tidy-eu", id="ses_01kbgy5e6f", goal="Tidy the EU bucket")),
    ]

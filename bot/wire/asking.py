"""What an agent says, in the words of the domain."""

from datetime import timedelta
from typing import Any

from sayso import protocol

from bot.domain.action import (
    Action,
    AllowedDecision,
    Asked,
    BlastRadius,
    Environment,
    Impact,
    Kind,
    Option,
    Recommendation,
)
from bot.domain.json_text import canonical, sha256_of
from bot.services.submit_request import Submission
from bot.wire.arguments_schema import check_arguments_schema


def submission_of(body: protocol.SubmitApproval, *, sent: Any, idempotency_key: str | None) -> Submission:
    """What `body` asks. `sent` is the body as it came: its digest tells whether the key comes back with the same.

    Raises InvalidField for a schema of arguments that cannot be used.
    """
    return Submission(
        asked=_asked(body),
        body_digest=sha256_of(sent),
        idempotency_key=idempotency_key,
        session_id=body.session_id,
        supersedes=body.supersedes,
        follows=body.follows,
        callback_url=None if body.callback is None else body.callback.url,
        agent_state=None if body.state is None else canonical(body.state),
    )


def environment_of(said: protocol.Environment | None) -> Environment | None:
    return None if said is None else Environment(said.value)


def _asked(body: protocol.SubmitApproval) -> Asked:
    return Asked(
        kind=Kind(body.kind.value),
        action=_action(body.action, "action"),
        reason=body.reason,
        goal=body.goal,
        impact=_impact(body.impact),
        environment=environment_of(body.environment),
        confidence=body.confidence,
        uncertainties=tuple(body.uncertainties or ()),
        recommendation=None if body.recommendation is None else Recommendation(body.recommendation.value),
        alternatives=tuple(body.alternatives or ()),
        options=tuple(_option(option, f"options[{place}]") for place, option in enumerate(body.options)),
        allowed_decisions=frozenset(AllowedDecision(one.value) for one in body.allowed_decisions or AllowedDecision),
        deadline=None if body.deadline_seconds is None else timedelta(seconds=body.deadline_seconds),
        origin=body.origin,
    )


def _action(said: protocol.Action, field: str) -> Action:
    if said.arguments_schema is not None:
        check_arguments_schema(said.arguments_schema, f"{field}.arguments_schema")
    return Action(
        name=said.name,
        title=said.title,
        description=said.description,
        arguments=said.arguments,
        arguments_schema=said.arguments_schema,
    )


def _impact(said: protocol.Impact) -> Impact:
    return Impact(
        summary=said.summary,
        reversible=said.reversible,
        undo=said.undo,
        blast_radius=None if said.blast_radius is None else BlastRadius(said.blast_radius.value),
        external_effects=said.external_effects,
        financial=said.financial,
        personal_data=said.personal_data,
        regulated=said.regulated,
        cost_micros=said.cost_micros,
        affected_count=said.affected_count,
        resources=tuple(said.resources or ()),
    )


def _option(said: protocol.Option, field: str) -> Option:
    return Option(
        id=said.id,
        label=said.label,
        consequence=said.consequence,
        scope=said.scope,
        arguments=said.arguments,
        action=None if said.action is None else _action(said.action, f"{field}.action"),
        proceed=said.proceed is None,
    )

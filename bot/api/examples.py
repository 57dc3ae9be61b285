"""Examples of the OpenAPI document. A test reads each with its model."""

import json
from http import HTTPStatus

from sayso.protocol import JsonObject

from bot.api import people_examples

CLAIM = "clm_2r8q0x4m6k1v3t5z7b9d"

QUESTION: JsonObject = {
    "action": {
        "name": "delete_files",
        "title": "Delete 847 old test files",
        "arguments": {"pattern": "old/*", "max_age_days": 0},
        "arguments_schema": {"properties": {"max_age_days": {"type": "integer", "minimum": 0}}},
    },
    "reason": "They match the 'old test files' pattern",
    "goal": "Free disk space",
    "impact": {
        "summary": "847 files, 2.3 GB; cannot be undone",
        "reversible": False,
        "blast_radius": "service",
        "affected_count": 847,
        "resources": ["s3://ci-cache"],
    },
    "environment": "staging",
    "confidence": 0.62,
    "uncertainties": ["is 'old' by name or by date?"],
    "options": [
        {
            "id": "older",
            "label": "Only files older than a year (312)",
            "consequence": "312 files deleted, 535 kept",
            "arguments": {"max_age_days": 365},
        },
        {"id": "cancel", "label": "Cancel", "consequence": "No files changed", "proceed": False},
    ],
}

APPROVAL: JsonObject = {
    "id": "apr_01jd8f3k2m4n6p8r0t2v4x6z8b",
    "kind": "tool_call",
    "state": "closed",
    "outcome": "option_chosen",
    "level": "hard_approval",
    "risk": "dangerous",
    "because": "policies/standard.yaml:41 irreversible-at-scale",
    "session_id": "ses_01jd8f3k2m4n6p8r0t2v4x6z8c",
    "revision": 1,
    "submitted_at": "2026-11-20T09:00:00Z",
    "due_at": None,
    "decision": {
        "id": "dec_01jd8f3k2m4n6p8r0t2v4x6z8d",
        "action": {"name": "delete_files", "arguments": {"pattern": "old/*", "max_age_days": 365}},
        "digest": "sha256:e7e82013182516be680fe13598cdd9f41af69f05781c3dfbae7e078a651e87f1",
        "option_id": "older",
        "option": {
            "id": "older",
            "label": "Only files older than a year (312)",
            "consequence": "312 files deleted, 535 kept",
            "scope": None,
        },
        "text": None,
        "message_to_model": (
            "Ana chose: Only files older than a year (312). Run exactly the action of this decision, once, and not "
            "what you first asked for."
        ),
        "reason": None,
        "decided_by": [{"surface": "slack", "id": "U024BE7LH", "name": "Ana"}],
        "decided_at": "2026-11-20T09:00:41.250000Z",
        "latency_ms": 41250,
        "control": "continue",
        "steer": None,
        "claim": CLAIM,
    },
    "delivery": "delivered",
    "purged_at": None,
}

PENDING: JsonObject = APPROVAL | {
    "state": "pending",
    "outcome": None,
    "due_at": "2026-11-20T10:00:00Z",
    "decision": None,
    "delivery": None,
}

DIRECTIVE: JsonObject = {
    "id": "dir_01jd8f3k2m4n6p8r0t2v4x6z8e",
    "kind": "steer",
    "session_id": "ses_01jd8f3k2m4n6p8r0t2v4x6z8c",
    "text": "Leave the files of the release branch alone.",
    "aim": "step",
    "request_id": None,
    "issued_by": {"surface": "slack", "id": "U024BE7LH", "name": "Ana"},
    "issued_at": "2026-11-20T09:00:05Z",
    "state": "delivered",
    "try": 1,
    "answer": None,
}

REPORTED: JsonObject = DIRECTIVE | {"state": "done", "answer": "The release branch is left out."}

SESSION: JsonObject = {
    "id": "ses_01jd8f3k2m4n6p8r0t2v4x6z8c",
    "state": "running",
    "goal": "Free disk space",
    "environment": "staging",
    "agent": "cleanup-bot",
    "started_at": "2026-11-20T08:59:00Z",
    "last_seen_at": "2026-11-20T09:00:00Z",
    "ended_at": None,
    "implicit": False,
    "reason": None,
    "stamp": "5f0c6d1e2b3a4958",
}

CALLBACK: JsonObject = {
    "id": "cbk_01jd8f3k2m4n6p8r0t2v4x6z8b",
    "kind": "decision",
    "created_at": "2026-11-20T09:00:41.250000Z",
    "approval": APPROVAL,
    "directive": None,
    "acknowledged_at": None,
}

CALLBACK_OF_DIRECTIVE: JsonObject = CALLBACK | {
    "id": "cbk_01jd8f3k2m4n6p8r0t2v4x6z8f",
    "kind": "directive",
    "approval": None,
    "directive": DIRECTIVE,
}

CALLBACK_PAGE: JsonObject = {"entries": [CALLBACK, CALLBACK_OF_DIRECTIVE], "after": "18"}

EVENTS = f"retry: 2000\n\nid: 18\nevent: directive\ndata: {json.dumps(CALLBACK_OF_DIRECTIVE)}\n\n: nothing new\n\n"

ALERT: JsonObject = {
    "id": "alt_01jd8f3k2m4n6p8r0t2v4x6z8g",
    "kind": "cost",
    "text": "This run cost $12.40, usual are $3.",
    "session_id": "ses_01jd8f3k2m4n6p8r0t2v4x6z8c",
    "raised_at": "2026-11-20T09:00:00Z",
}

_BY_MODEL: dict[str, JsonObject] = {
    "Alert": ALERT,
    "Approval": APPROVAL,
    "Session": SESSION,
    "CallbackEntry": CALLBACK,
    "CallbackPage": CALLBACK_PAGE,
    "ReportedDirective": REPORTED,
    **people_examples.BY_MODEL,
}


def example_of(model: str, status: HTTPStatus) -> JsonObject:
    """What an answer looks like. Accepted but not done is a request that people are asked about."""
    return PENDING if status is HTTPStatus.ACCEPTED else _BY_MODEL[model]

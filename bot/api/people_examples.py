"""Examples of what people's tools get, for the OpenAPI document."""

from pydantic import BaseModel
from sayso import protocol
from sayso.protocol import JsonObject


def _whole(model: type[BaseModel], said: JsonObject) -> JsonObject:
    """As the server writes it, with what is empty."""
    return model.model_validate(said).model_dump(mode="json")


_ASKED: JsonObject = {
    "id": "apr_01jd8f3k2m4n6p8r0t2v4x6z8b",
    "agent": "cleanup-bot",
    "kind": "tool_call",
    "risk": "dangerous",
    "level": "hard_approval",
    "session_id": "ses_01jd8f3k2m4n6p8r0t2v4x6z8c",
    "revision": 1,
    "submitted_at": "2026-11-20T09:00:00Z",
    "due_at": "2026-11-20T10:00:00Z",
}
_RISK = {
    "text": "Dangerous · cannot be undone · staging",
    "parts": [{"text": "Dangerous", "style": "bold"}, {"text": " · cannot be undone"}, {"text": " · staging"}],
}
_DEADLINE = {
    "text": "cleanup-bot asks Ana · answer by 10:00 UTC",
    "parts": [
        {"text": "cleanup-bot", "voice": "others", "style": "bold"},
        {"text": " asks "},
        {"text": "Ana"},
        {"text": " · answer by "},
        {"text": "10:00 UTC", "voice": "time", "at": "2026-11-20T10:00:00Z"},
    ],
}
_OLDER = {
    "label": "Only files older than a year (312)",
    "consequence": {"text": "312 files deleted, 535 kept."},
    "runs": {"text": "Sets max_age_days: 365."},
    "number": 1,
    "option_id": "older",
}

INBOX_ITEM = _whole(
    protocol.InboxItem,
    {
        **_ASKED,
        "question": "Delete 847 old test files?",
        "summary": "Dangerous · cannot be undone · staging · They match the 'old test files' pattern",
        "environment": "staging",
    },
)
INBOX = _whole(protocol.Inbox, {"items": [INBOX_ITEM], "total": 1})
REVIEW = _whole(
    protocol.Review,
    {
        **_ASKED,
        "state": "pending",
        "because": "policies/standard.yaml:41 irreversible-at-scale",
        "action": {
            "name": "delete_files",
            "title": "Delete 847 old test files",
            "arguments": {"pattern": "old/*", "max_age_days": 0},
        },
        "card": {
            "header": "Delete 847 old test files?",
            "summary": "cleanup-bot asks Ana: Delete 847 old test files? Dangerous, cannot be undone, staging.",
            "lines": [_RISK, _DEADLINE],
            "sections": [{"label": "Impact", "line": {"text": "847 files, 2.3 GB; cannot be undone"}}],
            "run": {
                "label": "Would run",
                "name": "delete_files",
                "arguments": [{"name": "pattern", "value": "old/*"}, {"name": "max_age_days", "value": "0"}],
            },
            "choices_label": "What happens",
            "choices": [_OLDER, {"label": "Deny", "consequence": {"text": "nothing runs, cleanup-bot plans again."}}],
            "controls": ["choose", "approve", "modify", "deny"],
            "approve_label": "Approve as asked",
            "confirmation": {"title": "This cannot be undone", "text": "Delete 847 old test files. 847 files, 2.3 GB"},
        },
    },
)
DIRECTIVE = _whole(
    protocol.Directive,
    {
        "id": "dir_01jd8f3k2m4n6p8r0t2v4x6z8e",
        "kind": "steer",
        "session_id": "ses_01jd8f3k2m4n6p8r0t2v4x6z8c",
        "text": "leave the pipeline alone",
        "aim": "step",
        "issued_by": {"surface": "terminal", "id": "U024BE7LH", "name": "Ana"},
        "issued_at": "2026-11-20T09:05:00Z",
        "state": "issued",
    },
)
RUNNING_SESSION = _whole(
    protocol.RunningSession,
    {
        "id": "ses_01jd8f3k2m4n6p8r0t2v4x6z8c",
        "agent": "cleanup-bot",
        "state": "running",
        "goal": "Free disk space",
        "environment": "staging",
        "started_at": "2026-11-20T08:59:00Z",
        "last_seen_at": "2026-11-20T09:00:00Z",
        "waiting": 1,
        "directives": [DIRECTIVE],
    },
)
RUNNING_SESSIONS = _whole(protocol.RunningSessions, {"sessions": [RUNNING_SESSION], "total": 1})

SENDING_CALLBACK = _whole(
    protocol.SendingCallback,
    {
        "id": "cbk_01jd8f3k2m4n6p8r0t2v4x6z8d",
        "agent": "cleanup-bot",
        "about": "decision",
        "what": "Delete 847 old test files",
        "approval_id": "apr_01jd8f3k2m4n6p8r0t2v4x6z8d",
        "address": "https://cleanup.example.com/sayso",
        "state": "due",
        "tries": 4,
        "since": "2026-11-20T09:05:00Z",
        "next_try_at": "2026-11-20T09:20:00Z",
        "last_problem": "no connection",
    },
)

BY_MODEL: dict[str, JsonObject] = {
    "Directive": DIRECTIVE,
    "Inbox": INBOX,
    "Review": REVIEW,
    "RunningSession": RUNNING_SESSION,
    "RunningSessions": RUNNING_SESSIONS,
    "SendingCallback": SENDING_CALLBACK,
    "UndeliveredCallbacks": _whole(protocol.UndeliveredCallbacks, {"callbacks": [SENDING_CALLBACK]}),
}

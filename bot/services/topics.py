"""The topics that are announced after commits."""

NOTICES = "notices"  # something is to be shown
CALLBACKS_DUE = "callbacks_due"  # something is to be sent to an agent's address
BACKLOG = "backlog"  # what waits to be shown may be too much, or a summary is to be shown
DEADLINES = "deadlines"  # an earlier moment may have become the next one
DUTIES = "duties"  # what is done by the clock on the wall may be due


def decision_of(request_id: str) -> str:
    """The request has closed, or something is said to its session while it waits."""
    return f"decision:{request_id}"


def callbacks_of(agent_id: str) -> str:
    """Something was put into the agent's queue."""
    return f"callbacks:{agent_id}"


def directives_of(session_id: str) -> str:
    """Somebody said something to the session, or says it again; or its state is another."""
    return f"directives:{session_id}"

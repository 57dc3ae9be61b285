"""The topics that are announced after commits."""

NOTICES = "notices"  # something is to be shown
DEADLINES = "deadlines"  # an earlier moment may have become the next one


def decision_of(request_id: str) -> str:
    """The request has closed."""
    return f"decision:{request_id}"


def callbacks_of(agent_id: str) -> str:
    """Something was put into the agent's queue."""
    return f"callbacks:{agent_id}"

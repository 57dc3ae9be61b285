"""Block Kit: what Slack accepts, and what it makes of it."""

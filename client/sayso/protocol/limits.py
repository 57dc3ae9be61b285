"""How long and how many: every limit of the wire, each with its reason."""

NAME_CHARACTERS = 200
"""Names of actions are identifiers; longer ones are a mistake, such as a whole command line."""

TITLE_CHARACTERS = 300
"""A title is one line; cards fold it at 70 characters and keep the rest for the full view."""

LABEL_CHARACTERS = 300
"""An option's label is read as one line of a list, like a title."""

TEXT_CHARACTERS = 4_000
"""A reason or a summary is read in seconds; whoever writes pages should link to them instead."""

ID_CHARACTERS = 100
"""Our ids have 30 characters; those that agents give their options are short names."""

URL_CHARACTERS = 2_000
"""What proxies and browsers carry without cutting."""

LIST_ENTRIES = 50
"""Nobody reads the 51st doubt or alternative before deciding."""

RESOURCE_ENTRIES = 200
"""Twice the number of resources at which the standard policy halts a session."""

RESOURCE_CHARACTERS = 1_000
"""An object-store key can have 1,024 bytes; with its bucket this holds all but freaks."""

OPTIONS = 10
"""More than ten choices are a search, not a decision."""

DEADLINE_SECONDS = 30 * 24 * 3_600
"""A wish beyond a month asks for nothing: it can only bring forward a ladder of a day."""

STATE_BYTES = 1_048_576
"""1 MB of the agent's own state is kept beside a request (measured as compact UTF-8 JSON)."""

ORIGIN_BYTES = 262_144
"""The framework's ids and its raw payload; what is larger belongs into `state`."""

BODY_BYTES = 2 * 1_048_576
"""State at its limit plus everything else; a server refuses a larger body with 413."""

JSON_DEPTH = 64
"""Deeper nesting is never data meant for people, and recursion in a reader has an end."""

SAFE_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader, and RFC 8785, keeps exactly."""

COST_USD = 1_000_000_000
"""Up to a thousand million dollars every micro-dollar survives a JSON number."""

COST_DECIMALS = 6
"""Money is kept in whole micro-dollars."""

WAIT_SECONDS = 55
"""A long-poll ends below the minute at which common proxies cut an idle connection."""

SUMMARY_CHARACTERS = 1_000
"""What came of an action, told in a line or two."""

DIRECTIVE_CHARACTERS = 200
"""A word to a running agent is one thought; whatever needs more belongs into a new task."""

ALERT_CHARACTERS = 500
"""A line in a digest; details belong into the agent's own log."""

ALERT_KIND_CHARACTERS = 40
"""One word that heads a line and names a button."""

HOLDER_CHARACTERS = 200
"""Whoever redeems a claim: host, process and a random part."""

IDEMPOTENCY_KEY_CHARACTERS = 255
"""What other interfaces with this header allow, and an index carries."""

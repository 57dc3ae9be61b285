"""A Slack in a box: stands alone, imports nothing else of the bot.

    slack = LocalSlack()     # standard_workspace(): Ana, Bo, Chen, Dee (a guest), Eli (of another workspace)
    await slack.start()      # slack.url is the page, slack.api_url what SLACK_API_URL has to be
    ...
    await slack.close()

How payloads reach the app. Over Socket Mode (`slack.app_token`, `apps.connections.open`) from the start, and by signed
HTTP (`slack.signing_secret`) once `deliver_to(url)` named a request URL, which switches Socket Mode off: whoever is
connected hears `link_disabled`. `use_socket_mode()` goes back. Everything else is the same on both ways.

What people do, each method naming who: `click`, `click_in_modal`, `click_in_home`, `submit`, `close_modal`, `write`,
`read`, `command(ANA, channel, "/agent pause tidy")`, `open_home`. They wait for the app's acknowledgement and return an
`Answer`; what Slack would not let them do raises `PersonRefused`. What they see: `messages`, `direct_messages`,
`ephemerals`, `modal`, `home`, `unread`. `until` waits for any of it without sleeping.

What goes wrong. `faults.switch(Switch.DOWN)` lasts until it is switched off, and the page's panel has the same
switches; `faults.answer(method, …)` and its kin are used up by calls; `drop_sockets` and `refresh_sockets` happen once;
`pacing.enabled` counts Slack's rate limits; `deliver(payload, times=2)` brings a payload again, `sign` forges one.
"""

from bot.localslack.delivery import Delivery, Receipt, SignedRequest
from bot.localslack.errors import PersonRefused, SlackError
from bot.localslack.message import Message
from bot.localslack.server import LocalSlack
from bot.localslack.submission import Answer
from bot.localslack.switches import Switch
from bot.localslack.views import View
from bot.localslack.workspace import (
    Channel,
    Command,
    Group,
    Person,
    Workspace,
    standard_workspace,
)

__all__ = [
    "Answer",
    "Channel",
    "Command",
    "Delivery",
    "Group",
    "LocalSlack",
    "Message",
    "Person",
    "PersonRefused",
    "Receipt",
    "SignedRequest",
    "SlackError",
    "Switch",
    "View",
    "Workspace",
    "standard_workspace",
]

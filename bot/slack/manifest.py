"""The Slack app, described once: what Slack is told when somebody creates it, for signed HTTP or for Socket Mode."""

from typing import Any

import yaml

from bot.slack.http import PATH
from bot.slack.scopes import EVENTS, SCOPE_REASONS

YOUR_HOST = "YOUR-HOST"

_HTTP_HEAD = """\
# The Slack app, for signed HTTP: Slack reaches your server over https. Create it at https://api.slack.com/apps with
# "From a manifest". YOUR-HOST stands for the public name of your server: sayso manifest --host NAME fills it in.
# README.md walks through it.
"""
_SOCKET_HEAD = """\
# The Slack app, for Socket Mode: your server calls Slack, and needs no public address. Create it at
# https://api.slack.com/apps with "From a manifest". README.md walks through it. Made by: sayso manifest --socket
"""
_AGENT_HINT = "list | show NAME | pause NAME | resume NAME | stop NAME | steer NAME words | digest now | help"
_APPROVALS_HINT = "inbox | away until 14:00 backup @bo | back | help"
_REMARKS = {
    "messages_tab_enabled: true": "reviewers get copies of cards as direct messages",
    "messages_tab_read_only_enabled: true": "nothing written there is read",
    "should_escape: true": "people and channels arrive as ids",
    "token_rotation_enabled: false": "cards are posted outside of Slack's requests, where the SDK renews no token",
    **{f"- {scope}": reason for scope, reason in SCOPE_REASONS.items()},
}


def manifest(*, host: str | None) -> dict[str, Any]:
    """What api.slack.com takes. A host makes it the one for signed HTTP; without one it is the one for Socket Mode."""
    url = None if host is None else f"https://{host}{PATH}"
    return {
        "_metadata": {"major_version": 2},
        "display_information": {
            "name": "Sayso",
            "description": "Agents act on your say-so.",
            "background_color": "#334155",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "sayso", "always_online": True},
            "slash_commands": [
                _command("/agent", "See, steer, pause and stop agents", _AGENT_HINT, url),
                _command("/approvals", "What waits for you", _APPROVALS_HINT, url),
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPE_REASONS)}},
        "settings": {
            "event_subscriptions": _with_url({"bot_events": list(EVENTS)}, "request_url", url),
            "interactivity": _with_url({"is_enabled": True}, "request_url", url),
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }


def manifest_text(*, host: str | None) -> str:
    """The manifest as YAML, with the reason of each scope beside it."""
    text = yaml.safe_dump(manifest(host=host), sort_keys=False, allow_unicode=True, width=120)
    lines = [_remarked(line) for line in text.splitlines()]
    return (_SOCKET_HEAD if host is None else _HTTP_HEAD) + "\n".join(lines) + "\n"


def _command(name: str, description: str, usage_hint: str, url: str | None) -> dict[str, Any]:
    described = {"command": name, "description": description, "usage_hint": usage_hint, "should_escape": True}
    return _with_url(described, "url", url)


def _with_url(described: dict[str, Any], name: str, url: str | None) -> dict[str, Any]:
    return described if url is None else {**described, name: url}


def _remarked(line: str) -> str:
    remark = _REMARKS.get(line.strip())
    return f"{line} # {remark}" if remark else line

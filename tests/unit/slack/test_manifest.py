"""The manifests: one source, Slack's schema where it lies beside the project, and what the code really uses."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from bot.slack.listeners.commands import BOOKS
from bot.slack.manifest import YOUR_HOST, manifest, manifest_text
from bot.slack.scopes import EVENTS, METHOD_SCOPES, SCOPE_REASONS, SCOPES

ROOT = Path(__file__).parents[3]
SCHEMA = ROOT.parent / "shared" / "data" / "slack-manifest.schema.2.0.0.json"
METHOD = re.compile(r'"((?:auth|chat|conversations|usergroups|users|views)(?:\.[a-zA-Z]+)+)"')

KNOWN_SCOPES = {
    "channels:history",
    "chat:write",
    "commands",
    "groups:history",
    "im:history",
    "im:write",
    "usergroups:read",
    "users:read",
}
KNOWN_EVENTS = {"app_home_opened", "app_uninstalled", "tokens_revoked"}
HTTP, SOCKET = manifest(host=YOUR_HOST), manifest(host=None)
URL = "https://YOUR-HOST/slack/events"


@pytest.mark.parametrize(
    ("name", "host"), [("manifest.yml", YOUR_HOST), ("manifest.socket.yml", None)], ids=["http", "socket"]
)
def test_the_files_are_what_the_one_source_says(name: str, host: str | None):
    assert (ROOT / name).read_text() == manifest_text(host=host)
    assert yaml.safe_load(manifest_text(host=host)) == manifest(host=host)


@pytest.mark.skipif(not SCHEMA.exists(), reason="Slack's schema is not part of the project")
@pytest.mark.parametrize("described", [HTTP, SOCKET], ids=["http", "socket"])
def test_the_manifest_is_valid_by_slacks_schema(described: dict):
    jsonschema.Draft7Validator(json.loads(SCHEMA.read_text())).validate(described)


def test_the_manifest_asks_for_what_the_code_needs_and_for_nothing_more():
    scopes = HTTP["oauth_config"]["scopes"]
    assert set(scopes) == {"bot"}
    assert len(scopes["bot"]) == len(set(scopes["bot"]))
    assert set(scopes["bot"]) == SCOPES


def test_every_scope_is_a_real_one_and_has_its_reason_beside_it():
    assert SCOPES <= KNOWN_SCOPES
    for scope, reason in SCOPE_REASONS.items():
        assert f"- {scope} # {reason}\n" in manifest_text(host=None)


def test_the_methods_with_scopes_are_the_methods_the_code_calls():
    code = "\n".join(path.read_text() for path in (ROOT / "bot" / "slack").rglob("*.py") if path.name != "scopes.py")
    assert set(METHOD.findall(code)) == set(METHOD_SCOPES)


def test_events_are_only_subscribed_to_if_the_code_listens():
    assert HTTP["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)
    assert set(EVENTS) <= KNOWN_EVENTS
    listeners = "\n".join(path.read_text() for path in (ROOT / "bot" / "slack" / "listeners").glob("*.py"))
    assert [event for event in EVENTS if f'"{event}"' not in listeners] == []


def test_every_command_is_one_that_somebody_answers():
    commands = HTTP["features"]["slash_commands"]
    assert [each["command"] for each in commands] == list(BOOKS)
    assert all(each["should_escape"] and each["usage_hint"] and each["description"] for each in commands)


def test_by_signed_http_everything_comes_to_the_one_path():
    settings = HTTP["settings"]
    assert settings["interactivity"] == {"is_enabled": True, "request_url": URL}
    assert settings["event_subscriptions"]["request_url"] == URL
    assert {each["url"] for each in HTTP["features"]["slash_commands"]} == {URL}
    assert settings["socket_mode_enabled"] is False


def test_by_socket_mode_no_address_is_given():
    assert "https://" not in json.dumps(SOCKET)
    assert SOCKET["settings"]["socket_mode_enabled"] is True
    assert SOCKET["settings"]["interactivity"] == {"is_enabled": True}


def test_both_describe_the_same_app_otherwise():
    def without_addresses(described: object) -> object:
        if isinstance(described, dict):
            named = {"url", "request_url", "socket_mode_enabled"}
            return {name: without_addresses(each) for name, each in described.items() if name not in named}
        return [without_addresses(each) for each in described] if isinstance(described, list) else described

    assert without_addresses(HTTP) == without_addresses(SOCKET)


def test_the_token_does_not_rotate():
    assert HTTP["settings"]["token_rotation_enabled"] is False


def test_the_home_tab_is_there_and_the_messages_tab_is_only_read():
    assert set(HTTP["features"]["app_home"].values()) == {True}

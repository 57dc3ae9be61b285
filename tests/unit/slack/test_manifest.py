"""manifest.yml against Slack's schema, where it lies beside the project, and against what the code really uses."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from bot.slack.scopes import EVENTS, METHOD_SCOPES, SCOPES

ROOT = Path(__file__).parents[3]
SCHEMA = ROOT.parent / "shared" / "data" / "slack-manifest.schema.2.0.0.json"
METHOD = re.compile(r'"((?:auth|chat|conversations|usergroups|users|views)(?:\.[a-zA-Z]+)+)"')

KNOWN_SCOPES = {
    "channels:history",
    "chat:write",
    "groups:history",
    "im:history",
    "im:write",
    "usergroups:read",
}


@pytest.fixture(scope="module")
def manifest() -> dict:
    return yaml.safe_load((ROOT / "manifest.yml").read_text())


@pytest.mark.skipif(not SCHEMA.exists(), reason="Slack's schema is not part of the project")
def test_the_manifest_is_valid_by_slacks_schema(manifest: dict):
    jsonschema.Draft7Validator(json.loads(SCHEMA.read_text())).validate(manifest)


def test_the_manifest_asks_for_what_the_code_needs_and_for_nothing_more(manifest: dict):
    scopes = manifest["oauth_config"]["scopes"]
    assert set(scopes) == {"bot"}
    assert len(scopes["bot"]) == len(set(scopes["bot"]))
    assert set(scopes["bot"]) == SCOPES


def test_every_scope_is_a_real_one():
    assert SCOPES <= KNOWN_SCOPES


def test_the_methods_with_scopes_are_the_methods_the_code_calls():
    code = "\n".join(path.read_text() for path in (ROOT / "bot" / "slack").rglob("*.py") if path.name != "scopes.py")
    assert set(METHOD.findall(code)) == set(METHOD_SCOPES)


def test_events_are_only_subscribed_to_if_the_code_listens(manifest: dict):
    subscriptions = manifest["settings"].get("event_subscriptions", {})
    assert set(subscriptions.get("bot_events", ())) == EVENTS


def test_clicks_come_by_signed_http_to_the_one_path(manifest: dict):
    settings = manifest["settings"]
    assert settings["interactivity"] == {"is_enabled": True, "request_url": "https://YOUR-HOST/slack/events"}
    assert settings["socket_mode_enabled"] is False


def test_the_token_does_not_rotate(manifest: dict):
    assert manifest["settings"]["token_rotation_enabled"] is False

"""An agent chooses the name of its action. A harmless beginning does not make it harmless."""

import pytest

from bot.domain.action import Action, Asked, BlastRadius, Environment, Impact
from bot.domain.people import Agent
from bot.domain.policy import evaluate
from bot.domain.risk import KnownAction, known_as
from bot.domain.ruling import WITHOUT_ASKING, Level, Risk, RuleRef
from bot.policyfiles import load_policy, shipped_policies

POLICY = load_policy(shipped_policies())
HARMLESS = Impact(
    reversible=True,
    blast_radius=BlastRadius.NONE,
    external_effects=False,
    financial=False,
    personal_data=False,
    regulated=False,
    cost_micros=0,
    affected_count=0,
)


def level_of(name: str) -> Level:
    asked = Asked(action=Action(name=name, arguments={}), impact=HARMLESS, environment=Environment.DEV, confidence=1.0)
    return evaluate(POLICY, asked, asked.action, agent=Agent(id="agt_1", name="liar", owner_slack_user_id="U9")).level


@pytest.mark.parametrize(
    "name",
    [
        "show_hands; rm -rf /",
        "read_\ndelete_all",
        "read_x && drop_y",
        "read_\u200ball",
        "read_users_then_drop_tables",
        "list_and_kill_processes",
        "get_or_create_user",
        "get_exec_shell",
        "count_wipe_disk",
        "summarize_and_send_email",
        "read_file_write",
        "analyze_terminate_instances",
        "list_truncate_all",
        "read_purge",
        "search_replace",
        "get__destroy_cluster",
        "show-drop-db",
        "ListAndDropTables",
        "copy_and_publish_backup",
    ],
)
def test_a_name_that_speaks_of_more_than_reading_is_asked_about(name: str) -> None:
    assert level_of(name) not in WITHOUT_ASKING


@pytest.mark.parametrize(
    "name", ["read_file", "readFile", "get-user", "list_orders", "find_standby_hosts", "get_order"]
)
def test_reading_still_asks_nobody(name: str) -> None:
    assert level_of(name) is Level.FULL_AUTO


def test_a_name_of_several_actions_is_as_bad_as_the_worst_of_them() -> None:
    for name in ("issue_and_refund_orders", "refund_and_notify", "listAndRefund"):
        known = known_as(POLICY.known_actions, name)
        assert known is not None
        assert known.impact.financial is True
    known = known_as(POLICY.known_actions, "read_users_then_drop_tables")
    assert known is not None
    assert (known.impact.reversible, known.risk) == (False, Risk.DANGEROUS)
    assert known_as(POLICY.known_actions, "frobnicate_and_defenestrate") is None


def test_a_table_that_names_an_action_in_full_is_believed() -> None:
    known = KnownAction(ref=RuleRef(place="policy.yaml:1", id="sync"), names=("read_and_compare",), impact=HARMLESS)
    assert known_as((known, *POLICY.known_actions), "readAndCompare") is known


def test_of_what_is_no_name_only_the_worst_is_believed() -> None:
    known = KnownAction(
        ref=RuleRef(place="policy.yaml:1", id="drop"), names=("drop*",), impact=HARMLESS, risk=Risk.DANGEROUS
    )
    found = known_as((known,), "drop all; or not")
    assert found is not None
    assert (found.impact, found.risk) == (Impact(), Risk.DANGEROUS)
    assert known_as((known,), "drop_all") is known

"""What is known about an action, from whom, and how bad it could be."""

from typing import Any

import pytest

from bot.domain.action import Action, Asked, BlastRadius, Environment, Impact
from bot.domain.people import Agent
from bot.domain.risk import FACT_TYPES, Facts, KnownAction, Weighed, known_as, weigh
from bot.domain.ruling import Risk, RuleRef

TIDY = Agent(id="agt_1", name="tidy", owner_slack_user_id="U04CHEN")
HARMLESS = Impact(
    reversible=True,
    blast_radius=BlastRadius.LOCAL,
    external_effects=False,
    financial=False,
    personal_data=False,
    regulated=False,
    cost_micros=0,
    affected_count=1,
)


def known(*names: str, risk: Risk = Risk.SAFE, **facts: Any) -> KnownAction:
    return KnownAction(ref=RuleRef(place="p/x.yaml:7", id=names[0]), names=names, impact=Impact(**facts), risk=risk)


def weighed(name: str, *table: KnownAction, trusted: bool = False, impact: Impact | None = None) -> Weighed:
    action = Action(name=name, arguments={})
    asked = Asked(action=action, impact=impact or Impact())
    return weigh(table, asked, action, agent=TIDY, is_trusted=trusted)


def facts(name: str, *table: KnownAction, trusted: bool = False, **stated: Any) -> Facts:
    return weighed(name, *table, trusted=trusted, impact=Impact(**stated)).facts


def test_of_an_action_nobody_knows_the_worst_is_assumed_and_nothing_was_said() -> None:
    found = facts("frobnicate").by_name()
    assert found["impact.reversible"] is False
    assert found["impact.blast_radius"] == "organization"
    assert found["impact.external_effects"] is found["impact.financial"] is True
    assert found["impact.personal_data"] is found["impact.regulated"] is True
    assert found["impact.cost_usd"] > 1_000_000
    assert found["impact.affected_count"] > 1_000_000
    assert [value for name, value in found.items() if name.startswith("declared.")] == [
        False, "", False, False, False, False, 0, 0,
    ]  # fmt: skip
    assert found["environment"] == "prod"
    assert found["confidence"] == 0.0


def test_the_facts_have_the_names_and_types_that_conditions_are_checked_against() -> None:
    for found in (facts("frobnicate").by_name(), weighed("frobnicate", impact=HARMLESS).facts.by_name()):
        assert {name: type(value) for name, value in found.items()} == dict(FACT_TYPES)


def test_an_unknown_action_is_risky_and_not_more() -> None:
    assert facts("frobnicate").risk is Risk.RISKY


def test_an_unknown_action_stays_risky_whatever_good_the_agent_says_of_it() -> None:
    assert weighed("frobnicate", impact=HARMLESS).facts.risk is Risk.RISKY


def test_even_a_trusted_agent_does_not_make_an_unknown_action_safe() -> None:
    assert weighed("frobnicate", impact=HARMLESS, trusted=True).facts.risk is Risk.RISKY


@pytest.mark.parametrize(
    ("stated", "risk"),
    [
        ({}, Risk.SAFE),
        ({"blast_radius": BlastRadius.NONE}, Risk.SAFE),
        ({"blast_radius": BlastRadius.SERVICE}, Risk.RISKY),
        ({"external_effects": True}, Risk.RISKY),
        ({"financial": True}, Risk.RISKY),
        ({"reversible": False}, Risk.RISKY),
        ({"reversible": False, "blast_radius": BlastRadius.SERVICE}, Risk.DANGEROUS),
        ({"reversible": False, "external_effects": True}, Risk.DANGEROUS),
        ({"reversible": False, "financial": True}, Risk.DANGEROUS),
    ],
)
def test_risk_follows_undo_reach_outside_effects_and_money(stated: dict[str, Any], risk: Risk) -> None:
    table = known("touch_*", reversible=True, blast_radius=BlastRadius.LOCAL, external_effects=False, financial=False)
    assert facts("touch_file", table, **stated).risk is risk


def test_one_stated_danger_makes_an_unknown_action_dangerous() -> None:
    assert facts("frobnicate", financial=True).risk is Risk.DANGEROUS
    assert facts("frobnicate", reversible=False).risk is Risk.DANGEROUS


def test_the_table_may_say_that_an_action_is_at_least_so_risky() -> None:
    table = known("touch", risk=Risk.DANGEROUS, reversible=True, blast_radius=BlastRadius.NONE)
    assert facts("touch", table).risk is Risk.DANGEROUS


@pytest.mark.parametrize("name", ["delete_files", "deleteFiles", "delete-files", "Delete_Files", "DELETE_FILES"])
def test_a_name_is_found_in_the_table_however_it_is_written(name: str) -> None:
    table = (known("read_*"), known("delete_*"))
    assert known_as(table, name) is table[1]


def test_the_upper_entry_of_the_table_counts() -> None:
    table = (known("delete_draft"), known("delete_*"))
    assert known_as(table, "delete_draft") is table[0]
    assert known_as(table, "undelete_draft") is None


def test_the_agent_can_make_a_tabled_fact_worse() -> None:
    table = known("touch", reversible=True, blast_radius=BlastRadius.LOCAL)
    found = facts("touch", table, reversible=False, blast_radius=BlastRadius.ORGANIZATION)
    assert found.impact.reversible is False
    assert found.impact.blast_radius is BlastRadius.ORGANIZATION


def test_the_agent_cannot_make_a_tabled_fact_better() -> None:
    table = known("drop_*", reversible=False, blast_radius=BlastRadius.SERVICE, financial=True)
    found = facts("drop_table", table, reversible=True, blast_radius=BlastRadius.NONE, financial=False)
    assert found.impact.reversible is False
    assert found.declared.reversible is False
    assert found.impact.blast_radius is BlastRadius.SERVICE
    assert found.impact.financial is True


def test_a_trusted_agent_can_make_a_fact_better() -> None:
    table = known("drop_*", reversible=False)
    assert facts("drop_table", table, trusted=True, reversible=True).impact.reversible is True


def test_trust_ends_where_another_action_would_run_than_the_agent_spoke_of() -> None:
    asked = Asked(action=Action(name="touch", arguments={}), impact=HARMLESS)
    other = Action(name="frobnicate", arguments={})
    assert weigh((), asked, other, agent=TIDY, is_trusted=True).facts.impact.reversible is False


def test_what_was_stated_counts_as_declared_even_where_it_cannot_loosen() -> None:
    found = facts("frobnicate", affected_count=847, cost_micros=12_500_000).by_name()
    assert found["declared.affected_count"] == 847
    assert found["declared.cost_usd"] == 12.5
    assert found["impact.affected_count"] > 847


def test_the_evidence_says_where_each_fact_comes_from() -> None:
    table = known("touch", reversible=True, external_effects=False)
    impact = Impact(external_effects=True, blast_radius=BlastRadius.LOCAL, affected_count=3)
    assert weighed("touch", table, impact=impact).evidence == (
        "action touch is known: p/x.yaml:7 touch",
        "reversible yes: the table of known actions says so",
        "blast radius organization: the agent says local, which alone cannot loosen",
        "external effects yes: the agent says so, the table says no",
        "financial yes: nobody says, so the cautious value counts",
        "personal data yes: nobody says, so the cautious value counts",
        "regulated yes: nobody says, so the cautious value counts",
        "cost in micro-dollars any: nobody says, so the cautious value counts",
        "affected count any (3 stated): the agent says 3, which alone cannot loosen",
        "environment prod: not stated, taken as prod",
        "confidence 0: not stated",
        "risk risky",
    )


def test_what_was_stated_about_place_and_confidence_is_evidence_too() -> None:
    action = Action(name="touch", arguments={})
    asked = Asked(action=action, environment=Environment.DEV, confidence=0.62)
    evidence = weigh((), asked, action, agent=TIDY, is_trusted=False).evidence
    assert "action touch is not in the table of known actions" in evidence
    assert "environment dev" in evidence
    assert "confidence 0.62" in evidence

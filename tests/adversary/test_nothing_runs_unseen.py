"""Whatever an agent calls it: what a yes lets run is on the card, or one press away from it."""

from typing import Any

from tests.adversary.house import ANA, House, words_of

DROP: dict[str, Any] = {"name": "drop_database", "arguments": {"db": "customers", "force": True}}


async def test_an_option_says_what_it_really_runs(house: House) -> None:
    agent = await house.agent()
    asked = await agent.ask(
        "read_files",
        options=[
            {"id": "safe", "label": "Only the safe ones", "consequence": "Nothing is deleted", "action": DROP},
            {"id": "deny", "label": "Deny", "arguments": {"path": "/etc", "depth": None}},
            {"id": "no", "label": "Cancel", "proceed": False},
        ],
    )
    shown = words_of((await house.card(asked["id"])).blocks)
    assert "Only the safe ones: Nothing is deleted. Runs drop_database with db: customers, force: yes." in shown
    assert "Deny: Sets path: /etc, depth: left out." in shown
    everything = await house.form(ANA, asked["id"], "more", selected_option=f"show:{asked['id']}:r1")
    assert "Option 1 runs drop_database withdb: customers\nforce: true" in words_of(everything.content["blocks"])


async def test_an_option_that_changes_nothing_says_so_and_is_confirmed_like_a_yes(house: House) -> None:
    agent = await house.agent()
    options = [
        {"id": "nothing", "label": "Cancel", "arguments": {}},
        {"id": "same", "label": "Only a test", "arguments": {"db": "customers", "gone": None}},
    ]
    asked = await agent.ask("drop_database", {"db": "customers"}, options=options)
    card = await house.card(asked["id"])
    assert "Cancel: Runs it as asked.Only a test: Runs it as asked." in words_of(card.blocks)
    buttons = [element for block in card.blocks if block["type"] == "actions" for element in block["elements"]]
    confirmed = [button["action_id"] for button in buttons if "confirm" in button]
    assert confirmed == ["choose_1", "choose_2", "approve"]


async def test_options_of_a_form_say_what_they_really_run(house: House) -> None:
    agent = await house.agent()
    options = [{"id": f"o{n}", "label": f"Way {n}", "action": DROP} for n in range(4)]
    asked = await agent.ask("read_files", options=options)
    form = await house.form(ANA, asked["id"], "choose_menu")
    assert words_of(form.content["blocks"]).count("Runs drop_database with db: customers, force: yes.") == 4


async def test_an_options_secret_is_not_shown_either(house: House) -> None:
    agent = await house.agent()
    action = {"name": "drop_database", "arguments": {"password": "hunter2-secret"}}
    options = [
        {"id": "o", "label": "With hunter2-secret", "action": action},
        {"id": "p", "label": "Another", "arguments": {"password": "hunter3-secret"}},
    ]
    asked = await agent.ask("read_files", {"password": "hunter2-secret"}, options=options)
    shown = words_of((await house.card(asked["id"])).blocks)
    everything = await house.form(ANA, asked["id"], "more", selected_option=f"show:{asked['id']}:r1")
    assert "Runs drop_database with password: •••• hidden." in shown
    assert "Another: Sets password: •••• hidden." in shown
    assert "hunter" not in shown + words_of(everything.content["blocks"])


async def test_a_check_in_that_lets_something_run_shows_it_and_its_risk(house: House) -> None:
    agent = await house.agent()
    for kind in ("check_in", "plan"):
        said = {"title": "Half way through, may I go on?"}
        asked = await agent.ask("drop_database", kind=kind, action=said, impact={"reversible": True})
        shown = words_of((await house.card(asked["id"])).blocks)
        assert "Would run:drop_database" in shown
        assert " · dangerous · " in shown
        await house.click(ANA, asked["id"], "approve")
        decided = await agent.read(asked["id"])
        assert decided["decision"]["action"]["name"] == "drop_database"

"""Once a request expired, its session is paused: no decision made later tells the agent to go on."""

from datetime import timedelta

from tests.adversary.house import ANA, House


async def test_neither_people_nor_policy_tell_a_paused_agent_to_go_on(house: House) -> None:
    agent = await house.agent()
    still_open = await agent.ask("delete_files")
    expiring = await agent.ask("delete_more_files", deadline_seconds=60)
    await house.card(still_open["id"])
    house.ahead += timedelta(seconds=61)
    status, expired = await agent.call("GET", f"/approvals/{expiring['id']}?wait=10")
    assert (status, expired["outcome"], expired["decision"]["control"]) == (200, "expired", "pause")
    await house.click(ANA, still_open["id"], "approve")
    approved = await agent.read(still_open["id"])
    assert (approved["outcome"], approved["decision"]["control"]) == ("approved", "pause")
    let_through = await agent.ask("read_files")
    assert (let_through["outcome"], let_through["decision"]["control"]) == ("auto_approved", "pause")
    status, elsewhere = await agent.call("POST", "/sessions", {})
    going_on = await agent.ask("read_files", session_id=elsewhere["id"])
    assert going_on["decision"]["control"] == "continue"

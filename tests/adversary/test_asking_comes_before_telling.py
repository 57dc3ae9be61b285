"""Cards that somebody has to answer do not wait behind those that only tell."""

from tests.adversary.house import House


async def test_a_busy_agent_that_only_tells_does_not_hold_up_one_that_asks(house: House) -> None:
    busy, calm = await house.agent("busy"), await house.agent("calm")
    for _ in range(40):
        told = await busy.ask("copy_files", confidence=1.0)
        assert told["level"] == "notify_only"
    asked = await calm.ask("delete_files")
    await house.card(asked["id"])
    told_before = [one for one in house.slack.messages("C01APPROVALS") if "without asking" in one.text]
    assert 0 < len(told_before) < 10

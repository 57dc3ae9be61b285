"""Everything is as it should be."""

from datetime import timedelta

import pytest

from bot.app import Wishes
from bot.app.doctor import State
from tests.integration.doctor.ward import ANA, APPROVALS, DEE, NO_CARD, SELF_SIGNED, SOON, Ward, said_by

PATIENT = Wishes(wait=timedelta(seconds=10))


async def test_all_is_well_and_a_person_presses_the_card(ward: Ward):
    visit = await ward.visit(PATIENT, meanwhile=ward.press)
    assert visit.bad == []
    assert visit.is_well
    assert "Press its button" in visit.said[0]
    (found,) = visit.of("way back")
    assert found.what.startswith("a press by Ana was heard after")
    card = await ward.slack.until(lambda: "Heard after" in ward.cards[-1].text and ward.cards[-1])
    assert f"<@{ANA}>" in said_by(card)
    assert "Press here" not in said_by(card)


async def test_it_presses_by_itself(ward: Ward):
    visit = await ward.visit(SELF_SIGNED)
    assert visit.bad == []
    assert visit.said == []
    (found,) = visit.of("way back")
    assert "made by this program" in found.what
    await ward.slack.until(lambda: "Heard" in ward.cards[-1].text)


async def test_everything_is_looked_at_in_its_order(ward: Ward):
    names = [one.name for one in (await ward.visit()).findings]
    way = ["socket mode", "server"] if ward.transport == "socket" else ["server", "signature"]
    before = ["settings", "disk", "database", "database", "policy", "token", "scopes", "clock"]
    assert names == [*before, "channels", "groups", "people", *way, "way back"]


async def test_without_a_card_nothing_is_posted(ward: Ward):
    visit = await ward.visit(NO_CARD)
    assert [one.state for one in visit.of("way back")] == [State.NOT_TRIED]
    assert ward.slack.calls_of("chat.postMessage") == []


async def test_the_card_goes_where_the_operator_wants_it(ward: Ward):
    await ward.visit(Wishes(is_self_signed=True, channel=APPROVALS))
    assert len(ward.slack.messages(APPROVALS)) == 1


async def test_a_guest_may_press_too_since_nothing_is_decided(ward: Ward):
    visit = await ward.visit(
        Wishes(wait=timedelta(seconds=10), channel=APPROVALS),
        meanwhile=lambda: ward.slack.click(DEE, APPROVALS, ward.slack.messages(APPROVALS)[-1].ts, action_id="probe"),
    )
    assert visit.is_well


async def test_the_first_press_stays_on_the_card(ward: Ward):
    async def two_press() -> None:
        first = ward.cards[-1]
        await ward.press()
        await ward.slack.until(lambda: "Heard" in ward.cards[-1].text)
        probe_id = first.blocks[-1]["elements"][0]["text"]
        heard = await ward.server.store.read(lambda work: work.probes.get(probe_id))
        assert heard is not None
        assert heard.clicked_by == ANA
        again = await ward.server.store.run(
            lambda work: work.probes.click(probe_id, clicked_by="U03BO", clicked_at=work.now, heard_at=work.now)
        )
        assert again == heard

    assert (await ward.visit(PATIENT, meanwhile=two_press)).is_well


async def test_the_button_goes_when_nobody_waits_for_it_any_more(ward: Ward):
    waiting = list[str]()

    async def look() -> None:
        waiting.extend(str(block) for block in ward.cards[-1].blocks)

    await ward.visit(Wishes(wait=SOON), meanwhile=look)
    assert any("Press here" in block for block in waiting)
    assert "No press was heard" in ward.cards[-1].text
    assert "Press here" not in said_by(ward.cards[-1])


@pytest.mark.parametrize("transport", ["http"])
async def test_a_path_behind_the_address_is_no_harm(ward: Ward):
    assert (await ward.visit(url=f"{ward.server.url}/v1/")).is_well

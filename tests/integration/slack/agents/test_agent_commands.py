"""`/agent`: verbs, names and words, and what each leads to."""

import pytest

from bot.domain.directive import DirectiveKind, SteerAim
from bot.domain.session import SessionState
from tests.integration.slack.agents.floor import GOAL, Floor, buttons_of, labels_of, title_of
from tests.integration.slack.requests import ANA, BO, CHANNEL, CHEN

DEE = "U05DEE"
DIGEST = "C02DIGEST"


async def test_a_pause_is_answered_in_private_and_followed_on_the_card(floor: Floor):
    session = await floor.runs()
    assert await floor.say(BO, "/agent pause tidy") == (
        "tidy is pausing. It stops at its next checkpoint. The card follows it."
    )
    assert title_of(await floor.card_of(session)) == "tidy is pausing"
    assert floor.slack.ephemerals(ANA) == []
    await floor.obeys(session)
    card = await floor.card_of(session)
    assert title_of(card) == "tidy is paused"
    assert labels_of(card) == ["Resume", "Steer…", "Stop…"]


@pytest.mark.parametrize("line", ["/agent PAUSE Tidy", "/agent pause  “tidy”", "/agent pause @tidy", "/agent pause ti"])
async def test_case_quotes_and_the_rest_of_a_name_do_not_matter(floor: Floor, line: str):
    session = await floor.runs()
    assert (await floor.say(BO, line)).startswith("tidy is pausing.")
    assert (await floor.world.session(session.id)).state is SessionState.PAUSING


async def test_a_session_is_found_by_its_id(floor: Floor):
    session = await floor.runs()
    await floor.runs("tidy-eu")
    assert (await floor.say(BO, f"/agent pause {session.id}")).startswith("tidy is pausing.")


async def test_what_is_said_after_the_name_of_a_pause_is_its_reason(floor: Floor):
    session = await floor.runs()
    await floor.say(ANA, "/agent pause tidy wait for the snapshot team")
    (directive,) = await floor.hears(session)
    assert (directive.kind, directive.text) == (DirectiveKind.PAUSE, "wait for the snapshot team")
    assert "Ana’s reason" in str((await floor.card_of(session)).blocks)


async def test_an_answer_elsewhere_says_where_the_card_is(floor: Floor):
    await floor.runs()
    told = await floor.say(BO, "/agent pause tidy", channel=DIGEST)
    assert told.endswith(f"The card in {CHANNEL} follows it.")


async def test_resume_lets_it_go_on(floor: Floor):
    session = await floor.runs()
    await floor.say(ANA, "/agent pause tidy")
    await floor.obeys(session)
    assert await floor.say(ANA, "/agent resume tidy") == "tidy is told to go on. The card follows it."
    assert (await floor.world.session(session.id)).state is SessionState.RUNNING


async def test_a_stop_is_asked_back_and_done_when_it_is_confirmed(floor: Floor):
    session = await floor.runs()
    assert await floor.say(BO, "/agent stop tidy wrong bucket") == (
        "Stop tidy? The run ends and cannot be resumed. Its open requests are withdrawn."
    )
    assert (await floor.world.session(session.id)).state is SessionState.RUNNING
    await floor.press(BO, floor.private(BO), "agent_stop")
    assert floor.private(BO).text == "tidy is stopping. Its open requests are withdrawn. The card follows it."
    (directive,) = await floor.hears(session)
    assert (directive.kind, directive.text) == (DirectiveKind.STOP, "wrong bucket")


async def test_a_stop_that_is_not_confirmed_is_not_done(floor: Floor):
    session = await floor.runs()
    await floor.say(BO, "/agent stop tidy")
    await floor.press(BO, floor.private(BO), "dismiss")
    assert floor.slack.ephemerals(BO) == []
    assert (await floor.world.session(session.id)).state is SessionState.RUNNING


async def test_a_steer_is_a_correction_of_the_step_until_somebody_says_it_is_the_goal(floor: Floor):
    session = await floor.runs()
    words = "leave the pipeline & <alone>, see @bo"
    told = await floor.say(CHEN, f"/agent steer tidy {words}")
    assert told == ("Sent to tidy as a correction of its step: “leave the pipeline &amp; &lt;alone&gt;, see @bo”.")
    await floor.press(CHEN, floor.private(CHEN), "agent_steer_goal")
    assert floor.private(CHEN).text.startswith("Sent to tidy as its new goal:")
    assert labels_of(floor.private(CHEN)) == []
    heard = await floor.hears(session)
    assert [(one.text, one.aim) for one in heard][-1] == (words, SteerAim.GOAL)


async def test_too_many_words_are_counted_and_given_back(floor: Floor):
    session = await floor.runs()
    told = await floor.say(CHEN, f"/agent steer tidy {'x' * 240}")
    assert told == "That is 240 characters, 200 fit. Nothing was sent."
    assert "x" * 240 in str(floor.private(CHEN).blocks)
    assert await floor.hears(session) == []


async def test_several_are_asked_back_and_the_picked_one_is_told(floor: Floor):
    first, second = await floor.runs(), await floor.runs("tidy-eu", goal="Tidy the EU bucket")
    told = await floor.say(BO, "/agent pause ti")
    assert told == "Which one should pause? Two running agents begin with “ti”. Nothing has been paused."
    question = floor.private(BO)
    assert sorted(labels_of(question)) == ["Neither", "tidy", "tidy-eu"]
    pick = next(one for one in buttons_of(question) if one["text"]["text"] == "tidy-eu")
    await floor.press(BO, question, pick["action_id"])
    assert floor.private(BO).text.startswith("tidy-eu is pausing.")
    assert (await floor.world.session(first.id)).state is SessionState.RUNNING
    assert (await floor.world.session(second.id)).state is SessionState.PAUSING


async def test_a_whole_name_comes_before_one_that_only_begins_so(floor: Floor):
    session = await floor.runs()
    await floor.runs("tidy-eu")
    assert (await floor.say(BO, "/agent pause tidy")).startswith("tidy is pausing.")
    assert (await floor.world.session(session.id)).state is SessionState.PAUSING


async def test_two_runs_of_one_agent_are_told_apart_by_their_goals(floor: Floor):
    await floor.runs()
    await floor.runs(goal="Tidy up after the move")
    told = await floor.say(BO, "/agent pause tidy")
    assert told == "Which one should pause? tidy has two runs. Nothing has been paused."
    assert GOAL in str(floor.private(BO).blocks)
    await floor.press(BO, floor.private(BO), "agent_pause_pick_1")
    assert floor.private(BO).text.startswith("tidy is pausing.")


async def test_words_typed_before_the_pick_reach_the_picked_one(floor: Floor):
    await floor.runs()
    session = await floor.runs("tidy-eu")
    await floor.say(CHEN, "/agent steer ti leave the pipeline alone")
    pick = next(one for one in buttons_of(floor.private(CHEN)) if one["text"]["text"] == "tidy-eu")
    await floor.press(CHEN, floor.private(CHEN), pick["action_id"])
    assert floor.private(CHEN).text == "Sent to tidy-eu as a correction of its step: “leave the pipeline alone”."
    assert [one.text for one in await floor.hears(session)] == ["leave the pipeline alone"]


async def test_a_near_miss_is_offered_and_never_obeyed(floor: Floor):
    session = await floor.runs()
    told = await floor.say(BO, "/agent pause tydi")
    assert told == "No running agent is called “tydi”. Did you mean tidy? Nothing has been paused."
    assert labels_of(floor.private(BO)) == ["Pause tidy", "No"]
    assert (await floor.world.session(session.id)).state is SessionState.RUNNING
    await floor.press(BO, floor.private(BO), "agent_pause_pick_1")
    assert (await floor.world.session(session.id)).state is SessionState.PAUSING


async def test_nobody_of_that_name(floor: Floor):
    assert await floor.say(BO, "/agent stop zebra") == "No agent is running. Nothing has been stopped."
    await floor.runs()
    told = await floor.say(BO, "/agent stop zebra")
    assert told == "No running agent is called “zebra”. tidy is running. Nothing has been stopped."


async def test_without_a_name_it_is_asked_who(floor: Floor):
    await floor.runs()
    assert await floor.say(BO, "/agent pause") == "Which one should pause? Nothing has been paused."
    assert labels_of(floor.private(BO)) == ["tidy", "None of them"]


async def test_the_list_shows_who_runs_and_its_button_shows_one(floor: Floor):
    assert await floor.say(ANA, "/agent list") == "No agent is running."
    await floor.runs()
    await floor.asks(await floor.runs("shipper", goal="Ship v2.1.0"))
    told = await floor.say(ANA, "/agent list")
    assert told.startswith("2 agents are running. shipper: running, just started, 1 request waits for Ana. tidy: ")
    await floor.press(ANA, floor.private(ANA), "agent_show")
    assert title_of(floor.private(ANA)) == "shipper is running"
    assert labels_of(floor.private(ANA)) == ["Steer…", "Pause", "Stop…"]
    assert len(floor.slack.ephemerals(ANA)) == 3  # the list stays


async def test_show_shows_the_card_as_it_is_with_its_buttons(floor: Floor):
    session = await floor.runs()
    await floor.say(BO, "/agent show tidy")
    assert title_of(floor.private(BO)) == "tidy is running"
    await floor.press(BO, floor.private(BO), "agent_pause")
    assert floor.private(BO).text.startswith("tidy is pausing.")
    assert (await floor.world.session(session.id)).state is SessionState.PAUSING


@pytest.mark.parametrize("line", ["list", "show tidy", "pause tidy", "resume tidy", "stop tidy", "steer tidy no"])
async def test_a_guest_learns_and_does_nothing(floor: Floor, line: str):
    session = await floor.runs()
    told = await floor.say(DEE, f"/agent {line}")
    assert "can’t" in told
    assert told.count("Nothing changed.") == 1
    assert GOAL not in str(floor.private(DEE).blocks)
    assert await floor.hears(session) == []


@pytest.mark.parametrize("line", ["resume tidy", "steer tidy leave it", "steer tidy"])
async def test_who_neither_owns_nor_operates_it_hears_who_does(floor: Floor, line: str):
    session = await floor.runs()
    await floor.say(ANA, "/agent pause tidy")
    told = await floor.say(BO, f"/agent {line}")
    verb = line.partition(" ")[0]
    assert told == f"You can’t {verb} tidy. Chen owns it; operators can too. Nothing changed."
    assert [one.kind for one in await floor.hears(session)] == [DirectiveKind.PAUSE]


async def test_a_second_pause_hears_that_the_first_one_holds(floor: Floor):
    session = await floor.runs()
    await floor.say(ANA, "/agent pause tidy")
    assert await floor.say(BO, "/agent pause tidy") == "tidy is pausing already. Nothing changed."
    await floor.obeys(session)
    assert await floor.say(BO, "/agent pause tidy") == "tidy is paused already. Nothing changed."


async def test_what_does_not_stand_still_is_not_resumed(floor: Floor):
    await floor.runs()
    assert await floor.say(ANA, "/agent resume tidy") == "tidy is running already. Nothing changed."


async def test_a_run_that_is_over_hears_nothing_more(floor: Floor):
    session = await floor.runs()
    await floor.world.end_session(floor.agents["tidy"], session.id)
    for verb in ("pause", "stop", "steer"):
        told = await floor.say(CHEN, f"/agent {verb} {session.id} for a reason")
        assert told.startswith("tidy has ended this run. Nothing changed.")


async def test_while_nobody_can_say_who_is_a_member_nothing_is_done(floor: Floor):
    session = await floor.runs()
    floor.slack.faults.answer("users.info", "internal_error", times=10)
    told = await floor.say(BO, "/agent pause tidy")
    assert "Slack does not say at the moment who is a full member" in told
    assert "Nothing changed." in told
    assert await floor.hears(session) == []

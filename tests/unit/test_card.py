"""What a card says, for any surface."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.action import Action, AllowedDecision, Kind, Option, Recommendation
from bot.domain.card import Card
from bot.domain.card_parts import CardControl, Mark, MenuEntry
from bot.domain.card_text import text_of
from bot.domain.decision import Outcome
from bot.domain.delivery import DeliveryState
from bot.domain.notice import NoticeKind
from bot.domain.request import ApprovalRequest
from bot.domain.ruling import Risk
from bot.domain.session import Session, SessionState
from tests.unit.slack_render import samples
from tests.unit.slack_render.samples import ANA_HERSELF, BO_HIMSELF, at, card, closed, followed


def ask_of(it: Card) -> str:
    return "\n".join(text_of(line) for line in it.ask)


def foot_of(it: Card) -> str:
    return "\n".join(text_of(line) for line in it.foot)


def ending_of(it: Card) -> str:
    assert it.closed is not None
    return text_of(it.closed.line)


def allowing(request: ApprovalRequest, *allowed: AllowedDecision) -> ApprovalRequest:
    return replace(request, asked=replace(request.asked, allowed_decisions=frozenset(allowed)))


def a_session(state: SessionState) -> Session:
    return Session(id="ses_1", agent_id="agt_tidy", started_at=at(1795185000), state=state)


def test_the_whole_decision_stands_in_one_line():
    assert text_of(card(samples.clean_up()).summary) == (
        "tidy asks Ana: Delete 847 old test files? Dangerous, cannot be undone, staging. "
        "Impact: 847 files, 2.3 GB in s3://ci-cache. "
        "Why: They match the “old test files” pattern. The cache disk is 94% full. "
        "Doubts (62% sure): Is “old” by name or by date? "
        "1: Only files older than a year (312), 312 files deleted, 535 kept. "
        "2: Move to staging, nothing is deleted; review later. "
        "3: Cancel, no files changed. Counts as a no. "
        "Approve as asked: all of it runs. Cannot be undone. Deny: nothing runs, tidy plans again. "
        "No answer: Bo is asked at 14:46 UTC. At 15:31 UTC it expires: nothing runs, tidy pauses."
    )


def test_a_long_title_comes_before_who_asks():
    request = samples.clean_up()
    action = replace(request.asked.action, title="Delete every single one of the " + "very " * 20 + "old files")
    text = text_of(card(replace(request, asked=replace(request.asked, action=action))).summary)
    assert text.startswith("Delete every single one of the very")
    assert "… (shortened) Dangerous, cannot be undone, staging. tidy asks Ana. Impact:" in text


def test_an_action_without_a_title_is_still_a_question():
    request = samples.clean_up()
    action = Action(name="delete_files", arguments={}, description="Removes files from a bucket.")
    asked = replace(request.asked, action=action, reason=None, impact=replace(request.asked.impact, summary=None))
    it = card(replace(request, asked=asked))
    assert it.header == "Run delete_files?"
    assert [(fact.label, text_of(fact.text)) for fact in it.facts][1] == (
        "What it does",
        "Removes files from a bucket.",
    )


@pytest.mark.parametrize(
    ("reversible", "risk", "is_harmless"),
    [
        (True, Risk.RISKY, True),
        (None, Risk.RISKY, False),
        (False, Risk.RISKY, False),
        (None, Risk.SAFE, True),
        (True, Risk.DANGEROUS, False),
    ],
)
def test_only_a_harmless_yes_is_green(reversible: bool | None, risk: Risk, is_harmless: bool):
    request = samples.deploy()
    impact = replace(request.asked.impact, reversible=reversible)
    request = replace(request, asked=replace(request.asked, impact=impact), ruling=replace(request.ruling, risk=risk))
    it = card(request)
    assert it.is_harmless is is_harmless
    assert (it.confirmation is not None) == (risk is Risk.DANGEROUS)


def test_an_agent_that_advises_against_is_never_green_and_says_so():
    request = samples.deploy()
    it = card(replace(request, asked=replace(request.asked, recommendation=Recommendation.CLARIFY)))
    assert not it.is_harmless
    assert [fact.label for fact in it.facts][-1] == "shipper advises"


def test_undo_that_nobody_spoke_of_is_unknown():
    request = samples.deploy()
    impact = replace(request.asked.impact, reversible=None, personal_data=True, regulated=True)
    assert "Risky · undo unknown · production · personal data · regulated" in ask_of(
        card(replace(request, asked=replace(request.asked, impact=impact)))
    )


def test_a_deadline_tomorrow_names_its_day():
    request = samples.deploy()
    assert "answer by 2026-11-20 14:30 UTC" in ask_of(card(request, now=request.submitted_at - timedelta(days=1)))


def test_the_first_card_names_the_backup_once_it_is_asked():
    request = samples.standby()
    assert "costwatch asks Ana, since 02:25 UTC also Bo · answer by 03:10 UTC" in ask_of(card(request))


def test_votes_for_options_are_counted_apart():
    votes = (
        samples.a_yes(ANA_HERSELF, 1795185100),
        samples.a_yes(BO_HIMSELF, 1795185160, option_id="older"),
    )
    request = samples.clean_up(votes=votes)
    request = replace(request, ruling=replace(request.ruling, quorum=3))
    assert ask_of(card(request)).splitlines()[2:] == [
        "1 of 3 yes: Ana at 14:31 UTC. 2 more people are needed.",
        "1 of 3 yes for option 1: Bo at 14:32 UTC. 2 more people are needed.",
    ]


def test_a_soft_card_says_when_it_goes_ahead_before_its_clock_runs():
    it = card(samples.soft())
    assert "tidy tells Ana · goes ahead at 14:45 UTC unless someone says no" in ask_of(it)
    assert it.approve_label == "Approve now"
    assert text_of(it.choices[-1].consequence) == "it runs at 14:45 UTC, recorded as silence, not as a yes."


def test_somebody_who_looks_closely_ends_the_silence():
    it = card(samples.soft(opened_by=ANA_HERSELF, shown_at=at(1795185600)))
    assert "tidy asks Ana · answer by 15:40 UTC" in ask_of(it)
    assert "Ana is looking. Silence does not count as consent any more." in ask_of(it)
    assert it.approve_label == "Approve"
    assert "it expires: nothing runs, tidy pauses." in text_of(it.choices[-1].consequence)


def test_a_paused_session_has_no_deadline():
    it = card(samples.deploy(due_at=None, expires_at=None))
    assert "no deadline while shipper is paused" in ask_of(it)
    assert text_of(it.choices[-1].consequence) == "nothing runs. The time to answer starts when shipper goes on."
    assert MenuEntry.ASK_BACKUP not in it.menu


@pytest.mark.parametrize(
    ("allowed", "controls", "menu"),
    [
        (
            tuple(AllowedDecision),
            (CardControl.CHOOSE, CardControl.APPROVE, CardControl.REVIEW, CardControl.DENY),
            (MenuEntry.SHOW_EVERYTHING, MenuEntry.ANSWER_IN_WORDS, MenuEntry.ASK_BACKUP),
        ),
        (
            (AllowedDecision.APPROVE, AllowedDecision.DENY),
            (CardControl.APPROVE, CardControl.DETAILS, CardControl.DENY),
            (MenuEntry.SHOW_EVERYTHING, MenuEntry.ASK_BACKUP),
        ),
        (
            (AllowedDecision.RESPOND,),
            (CardControl.DETAILS, CardControl.ANSWER),
            (MenuEntry.SHOW_EVERYTHING, MenuEntry.ASK_BACKUP),
        ),
    ],
)
def test_only_what_is_allowed_can_be_pressed(
    allowed: tuple[AllowedDecision, ...], controls: tuple[CardControl, ...], menu: tuple[MenuEntry, ...]
):
    it = card(allowing(samples.clean_up(), *allowed))
    assert it.controls == controls
    assert it.menu == menu


def test_more_than_three_options_are_chosen_in_a_form():
    request = samples.clean_up()
    options = tuple(Option(id=f"o{n}", label=f"Way {n}", arguments={}) for n in range(4))
    it = card(replace(request, asked=replace(request.asked, options=options)))
    assert it.controls[0] is CardControl.CHOOSE_MENU
    assert [choice.number for choice in it.choices][:4] == [1, 2, 3, 4]


def test_an_option_that_runs_what_was_asked_is_confirmed_like_it():
    request = samples.clean_up()
    options = (Option(id="all", label="All of them"), *request.asked.options)
    it = card(replace(request, asked=replace(request.asked, options=options)))
    assert [choice.needs_confirmation for choice in it.choices[:4]] == [True, False, False, False]


def test_a_clarification_that_can_only_be_approved_still_can():
    request = allowing(samples.clarification(), AllowedDecision.APPROVE, AllowedDecision.DENY)
    assert card(request).controls == (CardControl.APPROVE, CardControl.DENY)


def test_a_plan_is_a_question_too():
    request = samples.deploy()
    it = card(replace(request, asked=replace(request.asked, kind=Kind.PLAN)))
    assert it.mark is Mark.QUESTION
    assert ask_of(it).startswith("Plan before it starts · nothing has run · production · risky · can be undone\n")
    assert it.run is not None
    assert it.run.label == "Would run"


def test_the_owner_hears_that_they_cannot_decide():
    request = samples.deploy()
    mine = replace(request, agent=replace(request.agent, owner_slack_user_id="U02ANA"))
    assert foot_of(card(mine)).startswith("Ana owns shipper and cannot decide\n")
    stranger = replace(samples.refund(), agent=replace(samples.refund().agent, owner_slack_user_id="U77"))
    assert foot_of(card(stranger)).startswith("The owner of teller cannot decide\n")
    allowed = replace(mine, ruling=replace(mine.ruling, may_approve_own=True))
    assert "cannot decide" not in foot_of(card(allowed))


@pytest.mark.parametrize(
    ("outcome", "header", "line"),
    [
        (Outcome.ANSWERED, "Answered", "Answered by Ana, {}"),
        (Outcome.SUPERSEDED, "Asked anew", "tidy changed its request, {} · nothing ran, the new card is below"),
        (Outcome.TAKEN_OVER, "Taken over", "Ana took over, {} · nothing ran"),
    ],
)
def test_every_end_has_its_header_and_line(outcome: Outcome, header: str, line: str):
    it = card(closed(samples.clean_up(), outcome, 1795185180, ANA_HERSELF, text="by date"))
    assert it.header == f"{header}: Delete 847 old test files"
    assert ending_of(it) == line.format("2026-11-20 14:33 UTC")
    assert not it.controls


def test_a_no_by_an_option_names_it():
    request = closed(samples.clean_up(), Outcome.DENIED, 1795185180, ANA_HERSELF, option="cancel")
    it = card(request)
    assert it.closed is not None
    assert [(fact.label, text_of(fact.text)) for fact in it.closed.facts] == [("With option 3", "Cancel")]
    assert [choice.label for choice in it.choices if choice.is_chosen] == ["Cancel"]


def test_an_option_with_another_action_says_what_runs():
    it = card(closed(samples.clean_up(), Outcome.OPTION_CHOSEN, 1795185180, ANA_HERSELF, option="stage"))
    assert it.closed is not None
    assert [text_of(fact.text) for fact in it.closed.facts] == ["Delete 847 old test files", "move_files to: staging/"]


def test_a_yes_that_was_not_enough_is_not_called_silence():
    request = samples.refund(votes=(samples.a_yes(ANA_HERSELF, 1795187280),))
    it = card(closed(request, Outcome.EXPIRED, 1795190700))
    assert "1 of 2 yes was not enough, nothing ran, teller is paused" in ending_of(it)
    assert "Nobody answered" not in text_of(it.summary)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (SessionState.PAUSED, "tidy is paused"),
        (SessionState.RUNNING, "tidy was paused and runs again"),
        (SessionState.ENDED, "tidy was paused and has ended"),
    ],
)
def test_an_expired_card_says_what_is_true_of_the_session_now(state: SessionState, words: str):
    it = card(closed(samples.clean_up(), Outcome.EXPIRED, 1795188660), session=a_session(state))
    assert ending_of(it).endswith(words)


def test_an_expired_card_says_who_was_asked_and_told():
    request = samples.clean_up(step=1, step_started_at=at(1795185960))
    it = card(closed(request, Outcome.EXPIRED, 1795188660))
    assert it.closed is not None
    (fact,) = it.closed.facts
    assert text_of(fact.text) == "Asked: Ana at 14:31 UTC; Bo at 14:46 UTC. The owner of tidy and operations were told."


@pytest.mark.parametrize(
    ("outcome", "facts", "words"),
    [
        (Outcome.APPROVED, {}, "Not fetched by shipper yet"),
        (Outcome.APPROVED, {"state": DeliveryState.DELIVERED, "delivered_at": at(1795184280)}, "Delivered 14:18 UTC"),
        (
            Outcome.APPROVED,
            {
                "state": DeliveryState.NO_RESULT,
                "delivered_at": at(1795184280),
                "acknowledged_at": at(1795184340),
            },
            "Delivered 14:18 UTC  →  acknowledged 14:19 UTC  →  no result reported by 15:19 UTC",
        ),
    ],
)
def test_the_delivery_line_grows(outcome: Outcome, facts: dict[str, object], words: str):
    request = closed(samples.deploy(), outcome, 1795184280, ANA_HERSELF)
    it = card(request, delivery=followed(request, **facts))
    assert it.closed is not None
    assert text_of(it.closed.delivery) == words


def test_a_decision_that_nobody_fetched_is_a_warning_until_it_is():
    request = closed(samples.deploy(), Outcome.APPROVED, 1795184280, ANA_HERSELF)
    it = card(request, delivery=followed(request, is_late=True))
    assert it.header == "Approved, not delivered: Deploy v2.1.0 to us-east-1"
    assert it.closed is not None
    assert [text_of(line) for line in it.closed.warning] == [
        "shipper has not got the answer. Nothing has run.",
        "It has been waiting to be fetched since 14:18 UTC.",
    ]
    assert text_of(it.summary).startswith("Approved by Ana at 14:18 UTC but not delivered: Deploy")
    fetched = followed(request, is_late=True, state=DeliveryState.DELIVERED, delivered_at=at(1795184900))
    assert card(request, delivery=fetched).header == "Approved: Deploy v2.1.0 to us-east-1"


def test_a_question_stays_one_when_it_is_answered():
    it = card(closed(samples.clarification(), Outcome.ANSWERED, 1795187000, ANA_HERSELF, text="duplicates only"))
    assert it.header == "Answered: Which clean-up of the customer list do you mean?"
    assert text_of(it.summary).startswith(
        "Answered by Ana at 15:03 UTC: Which clean-up of the customer list do you mean? "
    )


def test_what_ran_without_asking_is_told_as_done():
    request = closed(samples.soft(), Outcome.AUTO_APPROVED, 1795185600)
    when = at(1795185600)
    facts = {"delivered_at": when, "acknowledged_at": when, "finished_at": when, "summary": "312 files moved."}
    it = card(request, delivery=followed(request, state=DeliveryState.SUCCEEDED, **facts))
    assert ending_of(it).startswith("tidy did this without asking")
    assert [text_of(fact.text) for fact in it.facts][-1] == "312 files moved."


def test_told_not_asked_is_a_short_card():
    it = card(closed(samples.soft(), Outcome.AUTO_APPROVED, 1795185600))
    assert it.header == ""
    assert ending_of(it) == "tidy may do this without asking · can be undone · staging"
    assert [fact.label for fact in it.facts] == ["What", "Why", "Undo"]
    assert foot_of(it).startswith("No answer needed · Told because of standard.yaml:88")


def test_an_old_escalation_of_a_changed_request_asks_like_any_card():
    """An edit rules the ladder anew, so that the step of an older notice may not be there any more."""
    request = samples.clean_up()
    request = replace(request, ruling=replace(request.ruling, ladder=request.ruling.ladder[:1]))
    assert "tidy asks Ana · answer by" in ask_of(card(request, kind=NoticeKind.ESCALATION, step=1))

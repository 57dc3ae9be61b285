"""What is answered to a word about an agent, in private: what was done, what is asked back, and who was meant.

What a person typed is shown to them as it is, never as markup.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.card_text import Line, Name, Ours, Place, Style, Words, joined, one_line, shortened, text_of
from bot.domain.directive import SteerAim
from bot.domain.overview import SessionOverview
from bot.domain.session_card import session_card_of
from bot.slack.ids import ActionId, Part
from bot.slack.render.agents import agent_blocks, goal_in
from bot.slack.render.lines import preformatted, rich_elements, rich_section, rich_text
from bot.slack.render.objects import SECTION_TEXT, Block, Message, actions, button, confirm_dialog, cut, message
from bot.slack.render.steer import too_long_words
from bot.slack.session_ids import AgentVerb, SessionTarget, session_action_id, session_value

MOST_PICKS = 10
MOST_RUNNING = 8
TYPED_LENGTH = 60
_STOP_TEXT = "The run ends and cannot be resumed. Its open requests are withdrawn."
_NUMBERS = dict(enumerate(("Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"), 2))

_WHICH = {
    AgentVerb.SHOW: "Which one do you want to see?",
    AgentVerb.PAUSE: "Which one should pause?",
    AgentVerb.RESUME: "Which one should go on?",
    AgentVerb.STOP: "Which one should stop?",
    AgentVerb.STEER: "Which one do you want to steer?",
}
_NOTHING = {
    AgentVerb.SHOW: "",
    AgentVerb.PAUSE: " Nothing has been paused.",
    AgentVerb.RESUME: " Nothing has been resumed.",
    AgentVerb.STOP: " Nothing has been stopped.",
    AgentVerb.STEER: " Nothing was sent.",
}
_DONE = {
    AgentVerb.PAUSE: (" is pausing.", " It stops at its next checkpoint."),
    AgentVerb.RESUME: (" is told to go on.", ""),
    AgentVerb.STOP: (" is stopping.", " Its open requests are withdrawn."),
}


def done_message(verb: AgentVerb, agent: str, channel: str | None) -> Message:
    """What an agent was told to do, and where to watch it: on its card, in another `channel` where one is given."""
    first, rest = _DONE[verb]
    where = (Ours(" in "), Place(channel)) if channel else ()
    card = (Ours(" The card"), *where, Ours(" follows it."))
    return _said((Name(agent, Style.BOLD), Ours(first, Style.BOLD), Ours(rest), *card))


def sent_message(agent: str, target: SessionTarget, aim: SteerAim, *, is_certain: bool = False) -> Message:
    """A steer that is on its way. What was taken for a correction of the step can still be made the goal, unless its
    person chose it: `is_certain`.
    """
    first = (Ours("Sent to ", Style.BOLD), Name(agent, Style.BOLD))
    if aim is SteerAim.GOAL:
        return _said((*first, Ours(" as its new goal: "), *_quoted(target.words), Ours(" It drops its plan.")))
    line = (*first, Ours(" as a correction of its step: "), *_quoted(target.words))
    if is_certain:
        return _said(line)
    goal = button(
        ActionId.STEER_GOAL,
        "It is about the goal",
        value=session_value(target),
        label=f"Tell {agent} that this is about its goal",
    )
    return _said(line, goal)


def too_long_message(verb: AgentVerb, words: str) -> Message:
    """How many characters there are, and the words to shorten."""
    said = _said((Ours(too_long_words(words), Style.BOLD), Ours(_NOTHING[verb])))
    return said | {
        "blocks": [*said["blocks"], rich_text(f"answer:{Part.YOURS}", [preformatted(cut(words, SECTION_TEXT))])]
    }


def stop_question(overview: SessionOverview, *, reason: str = "") -> Message:
    """The red question before a run is ended. `reason` is told to its agent."""
    agent = overview.agent.name
    yes = button(
        session_action_id(AgentVerb.STOP),
        "Stop it",
        value=session_value(SessionTarget(session_id=overview.session.id, words=reason)),
        label=f"Stop {agent}",
        is_danger=True,
    )
    line = (Ours("Stop ", Style.BOLD), Name(agent, Style.BOLD), Ours("?", Style.BOLD), Ours(f" {_STOP_TEXT}"))
    return _said(line, yes, _no("Go back", f"Do not stop {agent}"))


def which_message(
    verb: AgentVerb,
    typed: str,
    found: Sequence[SessionOverview],
    *,
    count: int,
    words: str = "",
    now: datetime,
) -> Message:
    """Several are meant, or none was named: nothing is done until one is picked. `count` counts all of them."""
    names = list(dict.fromkeys(one.agent.name for one in found))
    line: Line = (Ours(_WHICH[verb], Style.BOLD), *_why_several(typed, names, count), Ours(_NOTHING[verb]))
    picks = found[:MOST_PICKS]
    if count > len(picks):
        line = (*line, Ours(f" The newest {len(picks)} are here; type more of the name for the others."))
    neither = _no("Neither" if count == 2 else "None of them", f"{verb.value.capitalize()} none of them")
    if len(names) == len(found):
        buttons = [_pick(verb, one, place, one.agent.name, words) for place, one in enumerate(picks, 1)]
        return _said(line, *buttons, neither)
    said = _said(line)
    rows: list[Block] = []
    for place, one in enumerate(picks, 1):
        rows += agent_blocks(one, place, verb, words=words, confirm=_confirm(verb, one), now=now)
    return said | {"blocks": [*said["blocks"], *rows, actions(f"answer:{Part.PICK}", neither)]}


def near_message(verb: AgentVerb, typed: str, found: Sequence[SessionOverview], *, words: str = "") -> Message:
    """Nobody is called that. A near miss is offered, never obeyed."""
    found = found[:MOST_PICKS]
    names = joined([Name(name) for name in dict.fromkeys(one.agent.name for one in found)], " or ")
    line = (*_nobody_is_called(typed), Ours(" Did you mean "), *names, Ours(f"?{_NOTHING[verb]}"))
    label = verb.value.capitalize()
    buttons = [_pick(verb, one, place, f"{label} {one.agent.name}", words) for place, one in enumerate(found, 1)]
    return _said(line, *buttons, _no("No", f"{label} none of them"))


def nobody_message(verb: AgentVerb, typed: str, running: Sequence[SessionOverview]) -> Message:
    """Nobody is called that, nor anything like it: says who runs."""
    names = list(dict.fromkeys(one.agent.name for one in running))
    if not names:
        return _said((Ours("No agent is running.", Style.BOLD), Ours(_NOTHING[verb])))
    shown: list[Ours | Name] = [Name(name) for name in names[:MOST_RUNNING]]
    if len(names) > MOST_RUNNING:
        shown.append(Ours(f"{len(names) - MOST_RUNNING} more"))
    verb_of_them = "is" if len(names) == 1 else "are"
    runs = (*joined(shown), Ours(f" {verb_of_them} running."))
    return _said((*_nobody_is_called(typed), Ours(" "), *runs, Ours(_NOTHING[verb])))


def stop_confirm(agent: str) -> Block:
    """The red question at a button that ends a run."""
    return confirm_dialog(f"Stop {one_line(agent)}?", _STOP_TEXT, yes="Stop it", no="Go back")


def _why_several(typed: str, names: Sequence[str], count: int) -> Line:
    if not typed:
        return ()
    many = _NUMBERS.get(count, str(count))
    if len(names) == 1:
        return (Ours(" "), Name(names[0]), Ours(f" has {many.lower()} runs."))
    what = "running agents" if len(names) == count else "runs"
    return (Ours(f" {many} {what} begin with "), Words(f"“{_typed(typed)}”"), Ours("."))


def _nobody_is_called(typed: str) -> Line:
    called = (Ours("No running agent is called ", Style.BOLD), Words(f"“{_typed(typed)}”", Style.BOLD))
    return (*called, Ours(".", Style.BOLD))


def _quoted(words: str) -> Line:
    said = one_line(words)
    return (Words(f"“{said}”{'' if said.endswith(('.', '!', '?')) else '.'}"),)


def _typed(typed: str) -> str:
    return shortened(one_line(typed), TYPED_LENGTH)


def _pick(verb: AgentVerb, overview: SessionOverview, place: int, text: str, words: str) -> Block:
    name, goal = overview.agent.name, goal_in(session_card_of(overview, now=overview.now))
    return button(
        session_action_id(verb, place),
        text,
        value=session_value(SessionTarget(session_id=overview.session.id, words=words)),
        label=f"{verb.value.capitalize()} {name}{f': {goal}' if goal else ''}",
        confirm=_confirm(verb, overview),
    )


def _confirm(verb: AgentVerb, overview: SessionOverview) -> Block | None:
    return stop_confirm(overview.agent.name) if verb is AgentVerb.STOP else None


def _no(text: str, label: str) -> Block:
    return button(ActionId.DISMISS, text, value="none", label=label)


def _said(line: Line, *buttons: Block) -> Message:
    blocks = [rich_text(f"answer:{Part.SAID}", [rich_section(*rich_elements(line))])]
    return message(text_of(line), [*blocks, *([actions(f"answer:{Part.PICK}", *buttons)] if buttons else [])])

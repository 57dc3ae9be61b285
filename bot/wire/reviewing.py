"""What the server says to people's tools: a request with its card, without its secrets and without its claim."""

from collections.abc import Iterable

from sayso import protocol
from sayso.protocol import people

from bot.domain.card import question_of
from bot.domain.card_ask import risk_line
from bot.domain.card_parts import Card, CardControl, Changed, Choice, Ending, Fact, Linked, MenuEntry, Run
from bot.domain.card_secrets import without_secrets
from bot.domain.card_text import (
    CHOICE_LENGTH,
    Line,
    Moment,
    Name,
    Part,
    Place,
    Style,
    Words,
    clock,
    one_line,
    plain,
    shortened,
    text_of,
)
from bot.domain.decision import Decision
from bot.domain.request import ApprovalRequest
from bot.domain.vote import Control, Verdict, Word
from bot.services.read_review import Review

_VERDICTS = {
    CardControl.CHOOSE: protocol.Verdict.CHOOSE,
    CardControl.CHOOSE_MENU: protocol.Verdict.CHOOSE,
    CardControl.APPROVE: protocol.Verdict.APPROVE,
    CardControl.REVIEW: protocol.Verdict.MODIFY,
    CardControl.ANSWER: protocol.Verdict.ANSWER,
    CardControl.DENY: protocol.Verdict.DENY,
}


def review_of(review: Review) -> protocol.Review:
    """All that a reviewer may see of a request."""
    request = review.request
    seen = without_secrets(request)
    return protocol.Review(
        id=request.id,
        kind=protocol.Kind(request.asked.kind.value),
        state=protocol.State(request.state.value),
        outcome=None if request.outcome is None else protocol.Outcome(request.outcome.value),
        level=protocol.Level(request.ruling.level.value),
        risk=protocol.Risk(request.ruling.risk.value),
        because=str(request.ruling.rule),
        agent=request.agent.name,
        session_id=request.session_id,
        revision=request.revision,
        submitted_at=request.submitted_at,
        due_at=request.due_at,
        is_reason_required=request.ruling.deny_reason_required,
        quorum=request.ruling.quorum,
        action=_action_of(seen),
        card=card_of(review.card),
        decided=None if seen.decision is None else _decided(seen.decision),
        delivery=None if review.delivery is None else protocol.Delivery(review.delivery.state.value),
        purged_at=request.purged_at,
    )


def inbox_item_of(request: ApprovalRequest) -> protocol.InboxItem:
    """One line of an inbox."""
    seen = without_secrets(request)
    why = shortened(one_line(seen.asked.reason or ""), CHOICE_LENGTH)
    return protocol.InboxItem(
        id=request.id,
        question=question_of(seen),
        summary=f"{text_of(risk_line(seen))} · {why}" if why else text_of(risk_line(seen)),
        agent=request.agent.name,
        kind=protocol.Kind(request.asked.kind.value),
        risk=protocol.Risk(request.ruling.risk.value),
        level=protocol.Level(request.ruling.level.value),
        environment=None
        if request.asked.environment is None
        else protocol.Environment(request.asked.environment.value),
        session_id=request.session_id,
        revision=request.revision,
        submitted_at=request.submitted_at,
        due_at=request.due_at,
    )


def word_of(body: protocol.Decide) -> Word:
    """What a person said. Its arguments still have hidden values where the person left them alone."""
    return Word(
        verdict=Verdict(body.verdict.value),
        revision=body.revision,
        option_id=body.option_id,
        arguments=body.arguments,
        text=body.text,
        reason=body.reason,
        control=Control(body.control.value),
    )


def card_of(card: Card) -> protocol.Card:
    return protocol.Card(
        header=plain(card.header or card.act),
        summary=text_of(card.summary),
        ending=None if card.closed is None else _ending(card.closed),
        lines=_lines(card.ask),
        linked=[_linked(one) for one in card.linked],
        changed=None if card.changed is None else _changed(card.changed),
        sections=_sections(card.facts),
        run=None if card.run is None else _run(card.run),
        choices_label=card.choices_label,
        choices=[_choice(choice) for choice in card.choices],
        controls=_controls(card),
        approve_label=card.approve_label,
        confirmation=(
            None
            if card.confirmation is None
            else people.Confirmation(title=card.confirmation.title, text=plain(card.confirmation.text))
        ),
        foot=_lines(card.foot),
    )


def line_of(line: Line) -> protocol.Line:
    """The line as text, and in parts that say whose words they are."""
    return protocol.Line(text=text_of(line), parts=[_part(part) for part in line if text_of((part,))])


def _part(part: Part) -> protocol.LinePart:
    style = Style.PLAIN if isinstance(part, Place) else part.style
    at = part.at if isinstance(part, Moment) else None
    text = clock(part) if isinstance(part, Moment) else text_of((part,))
    return protocol.LinePart(text=text, voice=_voice(part), style=style.value, at=at)


def _voice(part: Part) -> protocol.Voice:
    if isinstance(part, Moment):
        return protocol.Voice.TIME
    return protocol.Voice.OTHERS if isinstance(part, Words | Name) else protocol.Voice.SAYSO


def _lines(lines: Iterable[Line]) -> list[protocol.Line]:
    return [line_of(line) for line in lines]


def _sections(facts: Iterable[Fact]) -> list[people.Section]:
    return [people.Section(label=plain(fact.label), line=line_of(fact.text)) for fact in facts]


def _ending(ending: Ending) -> people.Ending:
    return people.Ending(
        line=line_of(ending.line),
        quote=None if ending.quote is None else plain(ending.quote),
        sections=_sections(ending.facts),
        changed=None if ending.changed is None else _changed(ending.changed),
        delivery=line_of(ending.delivery) if ending.delivery else None,
        warning=_lines(ending.warning),
    )


def _linked(linked: Linked) -> people.LinkedRequest:
    quote = None if linked.quote is None else plain(linked.quote)
    return people.LinkedRequest(label=linked.label, act=plain(linked.act), line=line_of(linked.line), quote=quote)


def _changed(changed: Changed) -> people.Changed:
    return people.Changed(
        arguments=[
            people.ChangedArgument(name=one.name, before=one.before, after=one.after) for one in changed.arguments
        ],
        as_asked=list(changed.as_asked),
        note=next(iter(_sections([changed.note])), None) if changed.note else None,
    )


def _run(run: Run) -> people.Run:
    return people.Run(
        label=run.label,
        name=plain(run.name),
        arguments=[people.ShownArgument(name=plain(one.name), value=plain(one.value)) for one in run.arguments],
        more=run.more,
        is_shortened=run.is_shortened,
    )


def _choice(choice: Choice) -> people.Choice:
    return people.Choice(
        label=plain(choice.label),
        consequence=line_of(choice.consequence),
        runs=line_of(choice.runs) if choice.runs else None,
        number=choice.number,
        option_id=choice.option_id,
        is_chosen=choice.is_chosen,
        needs_confirmation=choice.needs_confirmation,
    )


def _controls(card: Card) -> list[protocol.Verdict]:
    found = [_VERDICTS[control] for control in card.controls if control in _VERDICTS]
    if MenuEntry.ANSWER_IN_WORDS in card.menu:
        found.append(protocol.Verdict.ANSWER)
    return list(dict.fromkeys(found))


def _action_of(seen: ApprovalRequest) -> people.ReviewedAction:
    action = seen.action
    return people.ReviewedAction(
        name=action.name,
        title=action.title,
        description=action.description,
        arguments=action.arguments,
    )


def _decided(decision: Decision) -> people.ReviewDecision:
    return people.ReviewDecision(
        by=[protocol.Decider(surface=one.surface, id=one.id, name=one.name) for one in decision.decided_by],
        at=decision.decided_at,
        option_id=decision.option_id,
        text=decision.text,
        reason=decision.reason,
        control=protocol.Control(decision.control.value),
    )

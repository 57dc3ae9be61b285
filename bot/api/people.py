"""What people's tools ask for. The services are those of a click, and so are the rules."""

from dataclasses import replace

from sayso import protocol

from bot.api.parameters import IDEMPOTENCY_KEY, LIMIT, NAME, PAGE_AFTER
from bot.api.route import Answer, Incoming, NoBody
from bot.api.services import ApiServices
from bot.domain.card_edit import restored_arguments
from bot.domain.directive import DirectiveKind, Once, SteerAim
from bot.domain.errors import InvalidField
from bot.domain.people import Person
from bot.domain.vote import Verdict
from bot.wire.calling import sending_callback_of
from bot.wire.directing import directive_of
from bot.wire.overseeing import found_sessions_of, running_session_of, running_sessions_of
from bot.wire.reviewing import inbox_item_of, review_of, word_of


async def read_inbox(services: ApiServices, incoming: Incoming[NoBody]) -> Answer:
    after, limit = incoming.value(PAGE_AFTER), incoming.value(LIMIT)
    page = await services.people.read_inbox(incoming.person, after=after, limit=limit)
    return Answer(
        body=protocol.Inbox(
            items=[inbox_item_of(request) for request in page.items],
            total=page.total,
            next=page.next,
            is_partial=page.is_partial,
        )
    )


async def read(services: ApiServices, incoming: Incoming[NoBody]) -> Answer:
    return await _review(services, incoming.id, incoming.person)


async def look(services: ApiServices, incoming: Incoming[protocol.OpenReview]) -> Answer:
    await services.people.open_request(incoming.id, incoming.body.revision, by=incoming.person)
    return await _review(services, incoming.id, incoming.person)


async def decide(services: ApiServices, incoming: Incoming[protocol.Decide]) -> Answer:
    word, person = word_of(incoming.body), incoming.person
    if word.verdict is Verdict.MODIFY and word.arguments is not None:
        request = await services.people.read_request(incoming.id, by=person)
        word = replace(word, arguments=restored_arguments(request, word.arguments))
    await services.people.decide(incoming.id, word, by=person)
    return await _review(services, incoming.id, person)


async def list_sessions(services: ApiServices, incoming: Incoming[NoBody]) -> Answer:
    name = incoming.value(NAME)
    if name is not None:
        return Answer(body=found_sessions_of(await services.people.find_session(name)))
    after, limit = incoming.value(PAGE_AFTER), incoming.value(LIMIT)
    found = await services.people.list_sessions(limit=limit + 1, after=after)
    shown = found[:limit]
    more = shown[-1].session.id if len(found) > limit else None
    total = await services.people.list_sessions.total()
    return Answer(body=running_sessions_of(shown, total=total, more=more))


async def read_session(services: ApiServices, incoming: Incoming[NoBody]) -> Answer:
    return Answer(body=running_session_of(await services.people.read_overview(incoming.id)))


async def direct(services: ApiServices, incoming: Incoming[protocol.IssueDirective]) -> Answer:
    body, person = incoming.body, incoming.person
    if body.kind is protocol.DirectiveKind.UNDO:
        return await _undo(services, incoming)
    if body.request_id is not None:
        raise InvalidField("request_id", f"belongs to an undo, not to a {body.kind}")
    directive = await services.people.issue_directive(
        incoming.id,
        DirectiveKind(body.kind.value),
        by=person,
        text=body.text,
        aim=None if body.aim is None else SteerAim(body.aim.value),
        once=_once(incoming),
    )
    return Answer(body=directive_of(directive))


async def list_undelivered(services: ApiServices, incoming: Incoming[NoBody]) -> Answer:
    found = await services.people.list_undelivered(by=incoming.person)
    return Answer(body=protocol.UndeliveredCallbacks(callbacks=[sending_callback_of(one) for one in found]))


async def resend(services: ApiServices, incoming: Incoming[NoBody]) -> Answer:
    return Answer(body=sending_callback_of(await services.people.resend_callback(incoming.id, by=incoming.person)))


async def _undo(services: ApiServices, incoming: Incoming[protocol.IssueDirective]) -> Answer:
    request_id, person = incoming.body.request_id, incoming.person
    if request_id is None:
        raise InvalidField("request_id", "is required: say which request's action is to be undone")
    directive = await services.people.undo_request(request_id, by=person, session_id=incoming.id, once=_once(incoming))
    return Answer(body=directive_of(directive))


def _once(incoming: Incoming[protocol.IssueDirective]) -> Once | None:
    key = incoming.value(IDEMPOTENCY_KEY)
    return None if key is None else Once(key, chosen_by=incoming.person.id)


async def _review(services: ApiServices, request_id: str, person: Person) -> Answer:
    return Answer(body=review_of(await services.people.read_review(request_id, by=person)))

"""What an agent says to what people told its sessions."""

from sayso.protocol import ReportDirective

from bot.api.route import Answer, Incoming
from bot.api.services import ApiServices
from bot.wire.answering import reported_directive_of


async def report(services: ApiServices, incoming: Incoming[ReportDirective]) -> Answer:
    directive = await services.report_directive(
        incoming.agent, incoming.id, state=incoming.body.state.value, answer=incoming.body.answer
    )
    return Answer(body=reported_directive_of(directive), about=directive.session_id)

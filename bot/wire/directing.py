"""A word of a person to a session, as agents and people's tools read it."""

from sayso import protocol

from bot.domain.directive import Directive


def directive_of(directive: Directive) -> protocol.Directive:
    issuer = directive.issued_by
    return protocol.Directive(
        id=directive.id,
        kind=directive.kind.value,
        session_id=directive.session_id,
        text=directive.text,
        aim=None if directive.aim is None else directive.aim.value,
        request_id=directive.request_id,
        issued_by=protocol.Issuer(surface=issuer.surface, id=issuer.id, name=issuer.name),
        issued_at=directive.issued_at,
        state=directive.state.value,
        attempt=directive.tries,
        answer=directive.answer,
    )

"""A closed request, in the hands of the agent that asked."""

from dataclasses import dataclass

from sayso.protocol import Approval, DecidedAction, Decision, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What came of a request: how it ended, and what was decided.

    `action` is exactly what may run, after edits and with the chosen option applied, and only when
    `may_run` says so and its claim was redeemed by `acknowledge`.
    """

    approval: Approval
    outcome: Outcome
    decision: Decision

    @property
    def id(self) -> str:
        """The request's id."""
        return self.approval.id

    @property
    def action(self) -> DecidedAction:
        """What may run; when nothing may, what was asked."""
        return self.decision.action

    @property
    def may_run(self) -> bool:
        """Whether anything may run."""
        return self.approval.may_run

    @property
    def claim(self) -> str | None:
        """The single-use right to run the action."""
        return self.decision.claim

    @property
    def option_id(self) -> str | None:
        """The option that a person chose."""
        return self.decision.option_id

    @property
    def text(self) -> str | None:
        """What a person answered in their own words, or by a suggested answer."""
        return self.decision.text

    @property
    def message_to_model(self) -> str:
        """What to tell the model, word for word."""
        return self.decision.message_to_model

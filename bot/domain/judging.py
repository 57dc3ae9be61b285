"""One ruling for an action and every option that could run in its place: the strictest of them all."""

from bot.domain.action import Action, Asked
from bot.domain.errors import OptionForbidden
from bot.domain.people import Agent
from bot.domain.policy import Policy, evaluate
from bot.domain.ruling import Level, Ruling, stricter


def judge(policy: Policy, asked: Asked, action: Action, *, agent: Agent) -> Ruling:
    """What policy says of `action` as it would run now, and of its options applied to it.

    Raises OptionForbidden when one of the options may not run at all, or is for other people to decide: a card must
    not offer what those who see it cannot choose.
    """
    ruling = evaluate(policy, asked, action, agent=agent)
    for place, option in enumerate(asked.options):
        if not option.proceed or (option.arguments is None and option.action is None):
            continue
        judged = evaluate(policy, asked, option.applied_to(action), agent=agent)
        if judged.denied and not ruling.denied:
            raise OptionForbidden(place, option.label, f"{judged.reason or judged.rule.id} ({judged.rule})")
        if _other_people_decide(ruling, judged):
            why = "other people decide about it; ask for it in a request of its own"
            raise OptionForbidden(place, option.label, why)
        ruling = stricter(ruling, judged)
    return ruling


def _other_people_decide(ruling: Ruling, judged: Ruling) -> bool:
    """Two hard rulings with other reviewers cannot share a card: whoever is asked for one could decide the other."""
    if not (ruling.asks and judged.asks) or Level.SOFT_APPROVAL in (ruling.level, judged.level):
        return False
    return [step.reviewers for step in ruling.ladder] != [step.reviewers for step in judged.ladder]

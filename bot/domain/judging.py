"""One ruling for an action and every option that could run in its place: the strictest of them all."""

from bot.domain.action import Action, Asked
from bot.domain.errors import OptionForbidden
from bot.domain.people import Agent
from bot.domain.policy import Policy, evaluate
from bot.domain.ruling import Ruling, stricter


def judge(policy: Policy, asked: Asked, action: Action, *, agent: Agent) -> Ruling:
    """What policy says of `action` as it would run now, and of its options applied to it.

    Raises OptionForbidden when the action may be asked about but one of its options may not run at all: a card must
    not offer what cannot be chosen.
    """
    ruling = evaluate(policy, asked, action, agent=agent)
    for place, option in enumerate(asked.options):
        if not option.proceed or (option.arguments is None and option.action is None):
            continue
        judged = evaluate(policy, asked, option.applied_to(action), agent=agent)
        if judged.denied and not ruling.denied:
            raise OptionForbidden(place, option.label, f"{judged.reason or judged.rule.id} ({judged.rule})")
        ruling = stricter(ruling, judged)
    return ruling

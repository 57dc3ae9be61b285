"""What the app may answer to a `view_submission`, and what each answer does."""

from dataclasses import dataclass, field

from bot.localslack.blockkit.surfaces import view_content
from bot.localslack.delivery import TROUBLE, Receipt
from bot.localslack.errors import SlackError
from bot.localslack.json_value import Json, as_object, unpacked
from bot.localslack.views import View
from bot.localslack.world import World


@dataclass(frozen=True, slots=True)
class Answer:
    """How a gesture ended for the person. `error` is the sentence they see; `reason` is for the developer's log."""

    ok: bool
    error: str | None = None
    response_action: str | None = None
    errors: dict[str, str] = field(default_factory=dict[str, str])
    reason: str | None = None

    def as_json(self) -> Json:
        """The answer for the page."""
        if not self.ok:
            return {"ok": False, "error": self.error}
        return {
            "ok": True,
            "response_action": self.response_action,
            "errors": self.errors,
        }


def misunderstood(reason: str) -> Answer:
    """The app answered something Slack does not take."""
    return Answer(ok=False, error=TROUBLE, reason=reason)


def follow(world: World, view: View, receipt: Receipt) -> Answer:
    """Do what the app answered to the submission of this view, as strictly as Slack does."""
    if receipt.problem:
        return misunderstood(receipt.problem)
    if not receipt.body.strip():
        return _close(world, view)
    body = as_object(unpacked(receipt.body))
    if body is None:
        return misunderstood("the body is neither empty nor a JSON object")
    if not body:
        return _close(world, view)
    action = body.get("response_action")
    if action == "errors":
        return _errors(view, body)
    if action == "clear":
        world.views.clear(view.user_id)
        return Answer(ok=True, response_action="clear")
    if action in ("update", "push"):
        return _new_view(world, view, action, body)
    return misunderstood(f"response_action {action!r} is not one of errors, update, push, clear")


def _close(world: World, view: View) -> Answer:
    if world.views.find(view.id) is view:
        world.views.close(view)
    return Answer(ok=True)


def _errors(view: View, body: Json) -> Answer:
    errors = as_object(body.get("errors"))
    if not errors or not all(isinstance(sentence, str) and sentence for sentence in errors.values()):
        return misunderstood("errors must be an object of sentences")
    inputs = {block["block_id"] for block in view.content["blocks"] if block["type"] == "input"}
    unknown = sorted(errors.keys() - inputs)
    if unknown:
        return misunderstood(f"errors name blocks that are not input blocks of the view: {', '.join(unknown)}")
    return Answer(ok=True, response_action="errors", errors=errors)


def _new_view(world: World, view: View, action: str, body: Json) -> Answer:
    try:
        content = view_content(body.get("view"))
        if action == "push":
            world.views.push(view.user_id, content)
        elif world.views.find(view.id) is view:
            world.views.update(view, content)
    except SlackError as refusal:
        return misunderstood(f"{refusal.code} {' '.join(refusal.places)}".strip())
    return Answer(ok=True, response_action=action)

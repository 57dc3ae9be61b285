"""Forms that people fill in: opened at once with a waiting view, filled when the request is known."""

from dataclasses import dataclass
from typing import Any

from bot.slack.render.objects import View
from bot.slack.web import SlackApi, SlackSaid, SlackUnreachable


class FormNotShown(Exception):
    """Slack did not take the form: the click was too old, or Slack has trouble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenForm:
    """A form in front of somebody. `hash` is Slack's word for what it shows now; None where we do not know it."""

    view_id: str
    hash: str | None = None


class Forms:
    def __init__(self, api: SlackApi) -> None:
        self._api = api

    async def open(self, trigger_id: str, view: View, *, is_on_top: bool = False) -> OpenForm:
        """Show a form to whoever clicked; `is_on_top` of the form that they clicked in. The click allows it for 3
        seconds, so nothing may come before this.

        Raises FormNotShown.
        """
        method = "views.push" if is_on_top else "views.open"
        try:
            opened = await self._api.call(method, trigger_id=trigger_id, view=view)
        except (SlackSaid, SlackUnreachable) as problem:
            raise FormNotShown(str(problem)) from problem
        shown: dict[str, Any] = opened["view"]
        return OpenForm(view_id=shown["id"], hash=shown["hash"])

    async def fill(self, form: OpenForm, view: View) -> bool:
        """Replace what the form shows; False when the person has closed it meanwhile. Raises FormNotShown."""
        try:
            await self._api.call("views.update", view_id=form.view_id, hash=form.hash, view=view)
        except SlackSaid as said:
            if said.code not in {"not_found", "view_not_found"}:
                raise FormNotShown(str(said)) from said
            return False
        except SlackUnreachable as problem:
            raise FormNotShown(str(problem)) from problem
        return True

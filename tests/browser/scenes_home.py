"""App Home, what is opened from it, going away and coming back, and the private inbox."""

from datetime import timedelta

from playwright.async_api import Page, expect

from tests.browser.album import ROOM, Album, picture
from tests.browser.practice import ANA, CHEN, DEE, PHONE
from tests.browser.questions import DELETE, DEPLOY, HOUR, MAIL, REFUND, TERMINATE
from tests.browser.scenes_pending import A_MOMENT
from tests.browser.sessions import begin, say
from tests.browser.stage import Stage, control, modal, private

WINDOW = {"width": 970, "height": 880}
TALL_PHONE = {"width": PHONE["width"], "height": 1500}


async def home(stage: Stage, album: Album) -> None:
    """Three that wait, two agents, and me, by day and by night; then nothing waits."""
    await _fill(stage)
    for theme in ("light", "dark"):
        page = await _home(stage, size=WINDOW, theme=theme)
        await album.keep("home" if theme == "light" else "home-dark", page)
        await page.context.close()
    page = await _home(stage, CHEN, size={**WINDOW, "height": 420})
    await album.keep("home-empty", page)
    page = await _home(stage, DEE, says="Guests", size={**WINDOW, "height": 220})
    await album.keep("home-guest", page)


async def home_on_a_phone(stage: Stage, album: Album) -> None:
    """The same with a thumb: Home, an opened request, and the form for going away."""
    await _fill(stage)
    page = await _home(stage, size=TALL_PHONE, has_touch=True, is_mobile=True)
    pictures = [await picture(page)]
    await control(page.locator("#home"), "open_request").first.tap()
    await expect(modal(page)).to_contain_text("What happens")
    pictures.append(await picture(page))
    await modal(page).get_by_role("button", name="Close").first.tap()
    await control(page.locator("#home"), "away_open").tap()
    await expect(modal(page)).to_contain_text("How long?")
    pictures.append(await picture(page))
    await album.sheet("home-phone", pictures)


async def opened(stage: Stage, album: Album) -> None:
    """A request in a form, to be decided there; and the same decided."""
    asked = await stage.ask(DELETE, deadline_seconds=HOUR)
    page = await _home(stage, size=ROOM)
    await control(page.locator("#home"), "open_request").click()
    form = modal(page)
    await expect(form).to_contain_text("What happens")
    await album.keep_form("modal-request", form)
    await control(form, "choose_1").click()
    await stage.takes(DELETE, asked)
    await expect(form).to_contain_text("Option 1 chosen")
    await album.keep_form("modal-request-decided", form)


async def away(stage: Stage, album: Album) -> None:
    """The form; Home while away; what Bo gets; and the same said by command."""
    await stage.ask(DEPLOY, deadline_seconds=HOUR)
    page = await _home(stage, size={**ROOM, "height": 620})
    await control(page.locator("#home"), "away_open").click()
    form = modal(page)
    await form.get_by_label("Who is asked instead?").select_option(label="Bo")
    await form.get_by_label("4 hours").check()
    await album.keep_form("modal-away", form)
    await form.get_by_role("button", name="Set away").click()
    await expect(page.locator("#home")).to_contain_text("You are away")
    await album.keep("home-away", page)
    channel = await stage.page(ANA, size=ROOM)
    for name, line in {
        "away-back": "/approvals back",
        "away-said": "/approvals away until 18:00 backup @bo",
        "away-not-understood": "/approvals away until soon backup @bo",
        "approvals-help": "/approvals help",
    }.items():
        await say(channel, line)
        await album.keep(name, private(channel))


async def inbox(stage: Stage, album: Album) -> None:
    """The private answer to `/approvals`, with something and with nothing in it."""
    page = await stage.page(ANA, size=ROOM)
    await say(page, "/approvals")
    await album.keep("inbox-empty", private(page))
    await _fill(stage)
    await say(page, "/approvals")
    await album.keep("inbox", private(page))


async def _fill(stage: Stage) -> None:
    """What waits for Ana, and what her own agents do."""
    await begin(stage, "nightly", "Restore every backup of last night once", owner=ANA)
    ledger = await begin(stage, "ledger", "Answer the open complaints", owner=ANA, environment="prod")
    await stage.pass_time(timedelta(minutes=8))
    await stage.ask(TERMINATE, deadline_seconds=HOUR)
    await stage.pass_time(A_MOMENT)
    await stage.ask(DEPLOY, deadline_seconds=2 * HOUR)
    await stage.pass_time(A_MOMENT)
    await stage.ask(MAIL, deadline_seconds=4 * HOUR)
    await (await stage.agent("ledger")).submit(REFUND.action, REFUND.arguments, session_id=ledger.id, **REFUND.said)


async def _home(stage: Stage, person: str = ANA, *, says: str = "As of", **more: object) -> Page:
    page = await stage.page(person, "&view=home", **more)  # type: ignore[arg-type]
    await expect(page.locator("#home")).to_contain_text(says)
    return page


SCENES = (home, home_on_a_phone, opened, away, inbox)

"""A run of an hour that people can pause, steer and stop, and that tells what came of it."""

from collections.abc import Awaitable, Callable

from sayso import SessionStopped

from bot.demo.story import Run

STEP_SECONDS = 2.0
SLOW_EVERY = 40  # one backup of so many is slow
DAMAGED = frozenset({2, 180, 600, 1200})  # by the number of the check


class Backups:
    """What is left to check, by service, in the order in which it is done."""

    def __init__(self) -> None:
        self._left = {"orders": 300, "billing": 300, "search": 300, "logs": 900}
        self.all = sum(self._left.values())
        self.checked = 0
        self.skipped = 0

    @property
    def next(self) -> str | None:
        """The service whose turn it is; None when nothing is left."""
        return next((service for service, count in self._left.items() if count), None)

    def check(self) -> str:
        """One more is checked; its name."""
        service = self.next
        assert service is not None
        self._left[service] -= 1
        self.checked += 1
        return f"{service}-{self.checked:04}"

    def follow(self, words: str) -> str:
        """Go on as a person says, as far as a script can; what came of it."""
        said = words.lower()
        named = [service for service in self._left if service in said]
        if not named:
            names = ", ".join(self._left)
            return f"I am a script: I can only skip some, do only some, or do some first. There are {names}."
        others = [service for service in self._left if service not in named]
        if any(word in said for word in ("skip", "leave", "without", "not ", "no ")):
            return self._skip(named)
        if "only" in said:
            return self._skip(others)
        self._left = {service: self._left[service] for service in (*named, *others)}
        return f"{_listed(named)} first, from the next one on."

    def _skip(self, services: list[str]) -> str:
        count = sum(self._left[service] for service in services)
        self.skipped += count
        self._left |= dict.fromkeys(services, 0)
        return f"{_listed(services)}: {count:,} skipped. {sum(self._left.values()):,} are left."

    def __str__(self) -> str:
        damaged = sum(one <= self.checked for one in DAMAGED)
        skipped = f", {self.skipped:,} skipped" if self.skipped else ""
        return f"{self.checked:,} of {self.all:,} backups checked{skipped}, {damaged} damaged"


async def check_backups(run: Run) -> None:
    """One backup every two seconds, with a checkpoint before each."""
    session, backups, mark = run.session, Backups(), _marker(run)
    try:
        await session.alert("late-start", "Began 12 minutes late: the disk was busy")
        while backups.next is not None:
            for steer in await session.checkpoint():
                await session.done(steer, backups.follow(steer.text))
            await run.sleep(STEP_SECONDS)
            name = backups.check()
            if backups.checked in DAMAGED:
                await mark(name, "damaged")
            elif backups.checked % SLOW_EVERY == 0:
                await session.alert("slow-restore", f"{name} took 38 seconds to restore, usual are 2")
        await session.alert("report", str(backups))
    except SessionStopped as stopped:
        if stopped.directive is not None:
            await run.sayso.report_directive(stopped.directive.id, "done", f"{backups}. Nothing is half restored.")
        raise


def _marker(run: Run) -> Callable[[str, str], Awaitable[None]]:
    """Marks a backup. By policy that is done and told, not asked: it is small and can be undone."""

    @run.session.gate(
        title=lambda call: f"Mark {call['backup']} as {call['tag']}",
        reason="It cannot be restored. Nobody should rely on it.",
        goal=run.goal,
        impact="One mark in the list of backups. The backup itself stays as it is.",
        reversible=True,
        undo="Take the mark off, takes a second.",
        blast_radius="local",
        external_effects=False,
        financial=False,
        personal_data=False,
        regulated=False,
        affected_count=1,
        environment="staging",
        confidence=0.99,
        report=lambda _: "The mark is on.",
    )
    async def tag_backups(backup: str, tag: str) -> None:
        await run.sleep(STEP_SECONDS)

    return tag_backups


def _listed(services: list[str]) -> str:
    return " and ".join([", ".join(services[:-1]), services[-1]] if len(services) > 1 else services) or "nothing"

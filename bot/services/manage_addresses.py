"""Where agents' callbacks are sent, and the secrets that sign them. A secret is shown once."""

import hashlib
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.domain.callback_address import CallbackAddress, with_new_secret
from bot.domain.callback_url import Networks, check_address, is_webhook
from bot.domain.errors import InvalidField, NotFound
from bot.services import topics
from bot.services.ports import Ids, Store
from bot.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressKept:
    """`secret` is there only when it is new, and can never be read again."""

    address: CallbackAddress
    secret: str | None = field(default=None, repr=False)


class ManageAddresses:
    def __init__(self, store: Store, ids: Ids, networks: Networks, *, check_broker: Callable[[str], None]) -> None:
        """`check_broker` raises ValueError for an address of a broker that cannot be used."""
        self._store, self._ids, self._networks, self._check_broker = store, ids, networks, check_broker

    async def read(self, name: str) -> CallbackAddress | None:
        """Of the agent with this name; None when none was ever set. Raises NotFound."""
        return await self._store.read(lambda work: work.addresses.get(_agent_id(work, name)))

    async def send_to(self, name: str, url: str) -> AddressKept:
        """Everything new goes there, and what is still on its way to the address before, too.

        Raises NotFound for the agent, InvalidField for the URL.
        """
        self._check(url)
        new_secret = self._new_secret()

        def save(work: Work) -> AddressKept:
            agent_id = _agent_id(work, name)
            before = work.addresses.get(agent_id)
            if before is None:
                kept = AddressKept(address=_address(work, agent_id, new_secret, url), secret=new_secret)
            else:
                kept = AddressKept(address=replace(before, url=url, stopped_at=None))
            work.addresses.save(kept.address)
            if before is not None and before.url is not None:
                work.sendings.move(agent_id, url=before.url, to=url)
                work.wake(topics.CALLBACKS_DUE)
            return kept

        return await self._store.run(save)

    async def off(self, name: str) -> None:
        """Nothing is sent to the agent's address any more, not even what is on its way; its queue holds everything.
        Requests may still name an address of their own. Raises NotFound.
        """

        def save(work: Work) -> None:
            agent_id = _agent_id(work, name)
            before = work.addresses.get(agent_id)
            if before is not None and before.url is not None:
                work.addresses.save(replace(before, url=None, stopped_at=None))
                work.sendings.drop(agent_id, url=before.url)

        await self._store.run(save)

    async def new_secret(self, name: str) -> AddressKept:
        """A secret for an agent that has none, or in place of the one it has; that one signs too for another day.

        Raises NotFound, and InvalidField while the one before the last still signs: receivers know it, maybe only it.
        """
        secret = self._new_secret()

        def save(work: Work) -> AddressKept:
            agent_id = _agent_id(work, name)
            before = work.addresses.get(agent_id)
            if before is None:
                address = _address(work, agent_id, secret, None)
            elif len(before.secrets(work.now)) > 1:
                until = f"{before.previous_until:%Y-%m-%d %H:%M}"
                raise InvalidField(
                    "--new-secret",
                    f"the last one is less than a day old, and the one before it signs until {until} UTC",
                )
            else:
                address = with_new_secret(before, secret, work.now)
            work.addresses.save(address)
            return AddressKept(address=address, secret=secret)

        return await self._store.run(save)

    def _check(self, url: str) -> None:
        check_address(url, self._networks, field="--to")
        if not is_webhook(url):
            try:
                self._check_broker(url)
            except ValueError as problem:
                raise InvalidField("--to", str(problem)) from problem

    def _new_secret(self) -> str:
        """As Standard Webhooks wants them: 32 bytes in base64."""
        return "whsec_" + b64encode(hashlib.sha256(self._ids.secret("whsec").encode()).digest()).decode()


def _agent_id(work: Work, name: str) -> str:
    kept = work.agents.named(name)
    if kept is None:
        raise NotFound("agent", name)
    return kept.agent.id


def _address(work: Work, agent_id: str, secret: str, url: str | None) -> CallbackAddress:
    return CallbackAddress(agent_id=agent_id, url=url, secret=secret, created_at=work.now)

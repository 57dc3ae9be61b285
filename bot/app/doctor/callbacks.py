"""Where agents' callbacks are sent: do the brokers answer, and is anything still wanted there."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from bot.app.doctor.findings import Finding, failed, ok, warning
from bot.callbacks import nats_stream, redis_stream
from bot.callbacks.broker_url import NATS_SCHEMES, REDIS_SCHEMES
from bot.services.ports import Store
from bot.store.inspection import callback_addresses

NAME = "callbacks"

_REACH: Mapping[str, Callable[[str], Awaitable[str | None]]] = {
    **dict.fromkeys(NATS_SCHEMES, nats_stream.reach),
    **dict.fromkeys(REDIS_SCHEMES, redis_stream.reach),
}


async def look_at_callbacks(store: Store) -> list[Finding]:
    """A line for the addresses that are well, and one for each that is not; none where no agent has an address.

    Brokers are connected to; a webhook's address is not asked, since every request there is a callback.
    """
    addresses = [found for found in await callback_addresses(store) if found[1].url is not None]
    bad, brokers = list[Finding](), dict[str, str | None]()
    for agent, address in addresses:
        url = str(address.url)
        if address.stopped_at is not None:
            said = f"its address said on {address.stopped_at:%Y-%m-%d} that it wants no more"
            what = f"nothing is sent for {agent.name}: {said}"
            bad.append(warning(NAME, what, fix=f"If that was wrong: sayso agent callbacks {agent.name} --to ADDRESS"))
        elif reach := _REACH.get(urlsplit(url).scheme):
            brokers[url] = brokers[url] if url in brokers else await reach(url)
            if problem := brokers[url]:
                fix = "Start the broker, or correct the address: sayso agent callbacks. What is due is tried for a day."
                bad.append(failed(NAME, f"{agent.name}: {problem}", fix=fix))
    good = len(addresses) - len(bad)
    agents = "1 agent has an address" if good == 1 else f"{good} agents have addresses"
    asked = f"; brokers answered: {answered}" if (answered := sum(one is None for one in brokers.values())) else ""
    return [*([ok(NAME, f"{agents} for callbacks{asked}")] if good else []), *bad]

"""`/approvals`: what waits, away, back."""

from bot.localslack import Message
from tests.adversary.house import ANA, APPROVALS, BO, CHEN, House, words_of


async def say(house: House, who: str, words: str, *, says: str) -> Message:
    """Type a command; the private answer that says this."""
    seen = len(house.slack.ephemerals(who))
    answer = await house.slack.command(who, APPROVALS, words)
    assert answer.ok, answer

    def told() -> Message | None:
        return next((one for one in house.slack.ephemerals(who)[seen:] if says in _words(one)), None)

    return await house.until(told)


def _words(one: Message) -> str:
    return one.text + words_of(one.blocks)


async def test_the_inbox_is_answered_in_private_and_decided_from_there(house: House):
    agent = await house.agent("shipper")
    request = await agent.ask("deploy", action={"title": "Deploy v2"}, environment="prod")
    told = await say(house, ANA, "/approvals", says="1 waits for you")
    assert "Deploy v2?" in words_of(told.blocks)
    await house.slack.click(ANA, told.channel_id, told.ts, action_id="approve")
    assert (await agent.read(request["id"]))["outcome"] == "approved"
    await say(house, ANA, "/approvals inbox", says="Nothing waits for you")
    await say(house, BO, "/APPROVALS INBOX".lower(), says="Nothing waits for you")


async def test_away_hands_over_and_back_takes_again(house: House):
    agent = await house.agent("shipper")
    request = await agent.ask("deploy", environment="prod")
    await say(house, ANA, "/approvals away until 23:59 backup @chen", says="1 open request went there now")
    direct = house.slack.direct_channel(CHEN)
    copy = (
        await house.until(lambda: [one for one in house.slack.messages(direct) if request["id"] in str(one.blocks)])
    )[0]
    await say(house, CHEN, "/approvals", says="1 waits for you")
    await say(house, ANA, "/approvals back", says="1 request still waits for you")
    await say(house, CHEN, "/approvals", says="Nothing waits for you")
    await house.slack.click(CHEN, direct, copy.ts, action_id="approve")
    assert (await agent.read(request["id"]))["state"] == "pending"


async def test_what_cannot_be_understood_is_given_back_and_changes_nothing(house: House):
    for words, problem in (
        ("/approvals away", "Name who is asked instead"),
        ("/approvals away until soon backup @bo", "is no time"),
        ("/approvals away backup nobody", "is nobody Slack knows"),
        ("/approvals away backup @ana", "nobody stands in for themselves"),
        ("/approvals away backup @dee", "full member"),
    ):
        await say(house, ANA, words, says=problem)
    await say(house, ANA, "/approvals back", says="You are back")


async def test_an_unknown_word_is_answered_by_help(house: House):
    await say(house, ANA, "/approvals awya", says="Did you mean")
    await say(house, ANA, "/approvals help", says="/approvals back")


async def test_a_guest_is_refused(house: House):
    await say(house, "U05DEE", "/approvals", says="Guests can’t")

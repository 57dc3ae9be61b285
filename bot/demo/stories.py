"""All stories of the demo, by agent. People in the practice workspace are Ana, Bo and Chen."""

from bot.demo import cleaning, customers, machines, second_thoughts
from bot.demo.story import Story

ANA, BO, CHEN = "U02ANA", "U03BO", "U04CHEN"

STORIES = (
    Story("costwatch", CHEN, machines.terminate),
    Story("tidy", CHEN, cleaning.clean_up),
    Story("shipper", CHEN, machines.deploy),
    Story("teller", CHEN, customers.refund),
    Story("ledger", ANA, customers.pay_back),
    Story("mailer", CHEN, customers.send_to_all),
    Story("scout", CHEN, customers.tidy_the_list),
    Story("search", CHEN, second_thoughts.restart_search),
    Story("keysmith", CHEN, machines.rotate),
)

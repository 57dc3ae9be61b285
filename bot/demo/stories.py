"""All stories of the demo, by agent. People in the practice workspace are Ana, Bo and Chen."""

from sayso.protocol import Environment

from bot.demo import cleaning, customers, long_run, machines, second_thoughts
from bot.demo.story import Story

ANA, BO, CHEN = "U02ANA", "U03BO", "U04CHEN"

STORIES = (
    Story(
        agent="nightly",
        owner=ANA,
        goal="Restore every backup of last night once, to see that it can be done",
        environment=Environment.STAGING,
        script=long_run.check_backups,
        undone="The mark is off again.",
    ),
    Story(
        agent="tidy",
        owner=CHEN,
        goal="Free disk space",
        environment=Environment.STAGING,
        script=cleaning.clean_up,
        after=2,
    ),
    Story(
        agent="shipper",
        owner=CHEN,
        goal="Ship the checkout fix",
        environment=Environment.PROD,
        script=machines.deploy,
        after=4,
        undone="v2.0.4 runs again on all 12 hosts.",
    ),
    Story(
        agent="costwatch",
        owner=CHEN,
        goal="Cut the cloud bill",
        environment=Environment.PROD,
        script=machines.terminate,
        after=20,
    ),
    Story(
        agent="scout",
        owner=CHEN,
        goal="Clean up the customer list",
        environment=Environment.PROD,
        script=customers.tidy_the_list,
        after=40,
    ),
    Story(
        agent="archiver",
        owner=CHEN,
        goal="Keep only this month’s build logs at hand",
        environment=Environment.STAGING,
        script=cleaning.archive_logs,
        after=60,
        undone="The logs are back where they were.",
    ),
    Story(
        agent="teller",
        owner=CHEN,
        goal="Put invoice 1182 right",
        environment=Environment.PROD,
        script=customers.refund,
        after=80,
    ),
    Story(
        agent="search",
        owner=CHEN,
        goal="Keep the search fast",
        environment=Environment.PROD,
        script=second_thoughts.restart_search,
        after=100,
    ),
    Story(
        agent="mailer",
        owner=CHEN,
        goal="Announce the new prices",
        environment=Environment.PROD,
        script=customers.send_to_all,
        after=120,
    ),
    Story(
        agent="ledger",
        owner=ANA,
        goal="Answer the open complaints",
        environment=Environment.PROD,
        script=customers.pay_back,
        after=140,
    ),
    Story(
        agent="keysmith",
        owner=CHEN,
        goal="Keep keys younger than 90 days",
        environment=Environment.PROD,
        script=machines.rotate,
        after=160,
    ),
)

"""What concerns customers: their money, their mail, their records."""

import asyncio

from sayso import Decided, Option, Sayso

from bot.demo.story import DEADLINE, WORK_SECONDS, run


async def refund(sayso: Sayso) -> None:
    """A double charge that needs two people."""
    decided = await sayso.ask(
        "refund",
        {"charge": "ch_8842", "amount_usd": "240.00", "card_token": "tok_5fJq0ZkV81"},
        title="Refund $240.00 for the double charge on invoice 1182",
        reason="A time-out made me charge invoice 1182 twice.",
        goal="Put invoice 1182 right",
        impact="$240.00 go back to one customer.",
        reversible=False,
        blast_radius="local",
        external_effects=True,
        financial=True,
        personal_data=False,
        regulated=False,
        affected_count=1,
        environment="prod",
        confidence=0.9,
        uncertainties=["The bank may have reversed one charge already."],
        deadline_seconds=DEADLINE,
    )
    await run(sayso, decided, f"${decided.action.arguments['amount_usd']} sent back.")


async def pay_back(sayso: Sayso) -> None:
    """One whose owner is among those asked, and cannot approve it."""
    decided = await sayso.ask(
        "refund",
        {"order": "4711", "amount_usd": "18.50"},
        title="Pay back $18.50 for order 4711",
        reason="The parcel was lost. The customer asked twice.",
        goal="Answer the open complaints",
        impact="$18.50 go to one customer.",
        reversible=False,
        blast_radius="local",
        external_effects=True,
        financial=True,
        personal_data=False,
        regulated=False,
        affected_count=1,
        environment="prod",
        confidence=0.95,
        deadline_seconds=DEADLINE,
    )
    await run(sayso, decided, f"${decided.action.arguments['amount_usd']} sent back.")


async def send_to_all(sayso: Sayso) -> None:
    """An e-mail to everybody, with three days' notice of nothing."""
    decided = await sayso.ask(
        "send_email",
        {"to": "all customers", "subject": "New prices from 1 January", "template": "prices-2027-v3"},
        title="Send “New prices from 1 January” to 48,200 customers",
        reason="The price list was approved this morning. The text says that customers get it 60 days ahead.",
        goal="Announce the new prices",
        impact="48,200 e-mails leave at once. None can be called back.",
        reversible=False,
        blast_radius="organization",
        external_effects=True,
        financial=False,
        personal_data=True,
        regulated=False,
        affected_count=48_200,
        environment="prod",
        confidence=0.88,
        uncertainties=["It is 42 days to 1 January, and the text promises 60."],
        alternatives=["Send it to the 40 customers of the test list first."],
        options=[
            Option(
                id="test",
                label="Only the test list (40)",
                consequence="40 e-mails leave, to colleagues who asked for it.",
                arguments={"to": "test list"},
            ),
            Option(id="draft", label="Keep it as a draft", consequence="Nothing is sent.", proceed=False),
        ],
        deadline_seconds=DEADLINE,
    )
    is_all = decided.action.arguments["to"] == "all customers"
    await run(sayso, decided, "48,200 e-mails sent." if is_all else "40 e-mails sent to the test list.")


SCOPES = [
    Option(
        id="merge",
        label="Merge the duplicates",
        consequence="1,204 pairs become one each. Nothing is deleted.",
    ),
    Option(
        id="delete",
        label="Delete who was inactive for 2 years",
        consequence="8,930 customers. scout asks again before it deletes.",
    ),
    Option(id="both", label="Both, in this order", consequence="Merge first, then ask before deleting."),
]


async def tidy_the_list(sayso: Sayso) -> None:
    """An ambiguous task: it asks what is meant before it starts, and asks again before it deletes."""
    decided = await sayso.ask(
        "clarify_task",
        title="Which clean-up of the customer list do you mean?",
        kind="clarification",
        reason="“Clean up” can mean duplicates or inactive customers. One is harmless, the other is not.",
        goal="Clean up the customer list",
        options=SCOPES,
        recommendation="CLARIFY",
        deadline_seconds=DEADLINE,
    )
    await sayso.acknowledge(decided.id, claim=decided.claim, holder="demo")
    if decided.option_id in ("delete", "both"):
        await _delete_inactive(sayso, decided)


async def _delete_inactive(sayso: Sayso, scope: Decided) -> None:
    await asyncio.sleep(WORK_SECONDS)
    decided = await sayso.ask(
        "delete_customers",
        {"inactive_for_years": 2, "keep_with_open_orders": True},
        title="Delete 8,930 inactive customers",
        reason=f"You said: {scope.text or 'delete who was inactive for 2 years'}.",
        goal="Clean up the customer list",
        impact="8,930 customers without an order since 2024. Their invoices stay.",
        reversible=False,
        blast_radius="service",
        external_effects=False,
        financial=False,
        personal_data=True,
        regulated=True,
        affected_count=8_930,
        environment="prod",
        confidence=0.8,
        follows=scope.id,
        deadline_seconds=DEADLINE,
    )
    await run(sayso, decided, "8,930 customers deleted.")

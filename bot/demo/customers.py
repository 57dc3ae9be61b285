"""What concerns customers: their money, their mail, their records."""

from sayso import Decided, Option

from bot.demo.story import WORK_SECONDS, Run


async def refund(run: Run) -> None:
    """A double charge that needs two people."""
    decided = await run.ask(
        "refund",
        {"charge": "ch_8842", "amount_usd": "240.00", "card_token": "tok_5fJq0ZkV81"},
        title="Refund $240.00 for the double charge on invoice 1182",
        reason="A time-out made me charge invoice 1182 twice.",
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
    )
    await run.do(decided, f"${decided.action.arguments['amount_usd']} sent back.")


async def pay_back(run: Run) -> None:
    """One whose owner is among those asked, and cannot approve it."""
    decided = await run.ask(
        "refund",
        {"order": "4711", "amount_usd": "18.50"},
        title="Pay back $18.50 for order 4711",
        reason="The parcel was lost. The customer asked twice.",
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
    )
    await run.do(decided, f"${decided.action.arguments['amount_usd']} sent back.")


async def send_to_all(run: Run) -> None:
    """An e-mail to everybody that cannot be called back. A test list is among its options."""
    decided = await run.ask(
        "send_email",
        {"to": "all customers", "subject": "New prices from next quarter", "template": "new-prices-v3"},
        title="Send “New prices from next quarter” to 48,200 customers",
        reason="The price list was approved this morning.",
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
        uncertainties=["The text promises 60 days’ notice. The quarter begins in 42."],
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
    )
    is_all = decided.action.arguments["to"] == "all customers"
    await run.do(decided, "48,200 e-mails sent." if is_all else "40 e-mails sent to the test list.")


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


async def tidy_the_list(run: Run) -> None:
    """An ambiguous task: it asks what is meant before it starts, and asks again before it deletes."""
    decided = await run.ask(
        "clarify_task",
        title="Which clean-up of the customer list do you mean?",
        kind="clarification",
        reason="“Clean up” can mean duplicates or inactive customers. One is harmless, the other is not.",
        options=SCOPES,
        recommendation="CLARIFY",
    )
    await run.do(decided, "")
    if decided.option_id in ("delete", "both"):
        await run.sleep(WORK_SECONDS)
        await _delete_inactive(run, decided)


async def _delete_inactive(run: Run, scope: Decided) -> None:
    who = scope.decision.decided_by[0].name
    chosen = next(option.label for option in SCOPES if option.id == scope.option_id)
    decided = await run.ask(
        "delete_customers",
        {"inactive_for_years": 2, "keep_with_open_orders": True},
        title="Delete 8,930 inactive customers",
        reason=f"{who} chose “{chosen}”, and I said that I would ask before I delete.",
        impact="8,930 customers without an order for 2 years. Their invoices stay.",
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
    )
    await run.do(decided, "8,930 customers deleted.")

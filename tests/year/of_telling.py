"""What must hold of what people are told: nothing without a cause, twice, or to others."""

from collections import Counter
from typing import Final, LiteralString

from tests.year.days import Office
from tillroll_durable.platform.bindings.database import text

# By topic, what must be so of a notice `n`; a topic that is not here needs a subject alone.
_CAUSES: Final[dict[LiteralString, LiteralString]] = {
    "expense.created": "EXISTS (SELECT 1 FROM expenses e WHERE e.run_id = n.run_id)",
    "review.requested": """EXISTS (SELECT 1 FROM reviews r WHERE r.run_id = n.run_id)""",
    "run.rejected": (
        "EXISTS (SELECT 1 FROM runs r WHERE r.id = n.run_id AND r.status = 'rejected')"
    ),
    "run.failed": """EXISTS (SELECT 1 FROM audit_events a WHERE a.stream = n.run_id
        AND a.action IN ('step.failed', 'rollback.failed', 'run.failed'))""",
    "claim.paid": """EXISTS (SELECT 1 FROM claim_events c WHERE c.run_id = n.run_id
        AND c.kind = 'payment')""",
    "claim.overdue": """EXISTS (SELECT 1 FROM claim_events c WHERE c.run_id = n.run_id
        AND c.kind IN ('reminder', 'second_reminder', 'escalation'))""",
    "payout.paid": """EXISTS (SELECT 1 FROM payouts p WHERE p.run_id = n.run_id
        AND p.debited_by IS NOT NULL OR p.run_id = n.run_id AND p.payment_status IS NOT NULL)""",
    "payout.in_doubt": "EXISTS (SELECT 1 FROM payment_instructions i WHERE i.file_id = n.subject)",
    "payout.came_late": "EXISTS (SELECT 1 FROM payouts p WHERE p.run_id = n.run_id)",
    "approval.waits": (
        "EXISTS (SELECT 1 FROM expenses e WHERE e.id = n.subject OR e.run_id = n.run_id)"
    ),
}
# One mail answers a mail that hands in receipts: it goes to the sender, and to nobody else.
_WITHOUT_NOTICE: Final = """
  SELECT m.id FROM messages m WHERE m.purpose = 'notices' AND NOT EXISTS (
    SELECT 1 FROM notification_recipients r
    WHERE r.message_id = m.id AND r.user_id = m.user_id AND r.by_mail = 1
  ) AND NOT EXISTS (
    SELECT 1 FROM received_mail r
    WHERE r.id = m.answers AND r.answer_id = m.id AND r.user_id = m.user_id
  )
"""
_TOLD_TWICE: Final = """
  SELECT run_id, topic, COUNT(*) AS times FROM notifications
  WHERE topic IN ('expense.created', 'run.rejected', 'payout.paid')
  GROUP BY run_id, topic HAVING times > 1
"""


async def check_telling(office: Office) -> None:
    """Raises AssertionError: somebody was told of nothing, twice, or what is another's."""
    await _each_notice_has_a_cause(office)
    await _each_mail_has_a_cause(office)


async def _each_notice_has_a_cause(office: Office) -> None:
    world = office.deployment.world
    for topic, cause in _CAUSES.items():
        query: LiteralString = (
            f"SELECT n.id FROM notifications n WHERE n.topic = '{topic}' AND NOT ({cause})"
        )
        found = await world.rows(query)
        assert not found, f"somebody was told {topic} without a cause: {found[:3]}"
    twice = await world.rows(_TOLD_TWICE)
    assert not twice, f"somebody was told twice: {twice[:3]}"
    strangers = await world.rows(
        """
        SELECT r.notification_id FROM notification_recipients r
        JOIN notifications n ON n.id = r.notification_id JOIN users u ON u.id = r.user_id
        WHERE u.account_id <> n.account_id
        """
    )
    assert not strangers, f"somebody of another account was told: {strangers[:3]}"


async def _each_mail_has_a_cause(office: Office) -> None:
    world = office.deployment.world
    sent = office.deployment.lines.mail.sent.values()
    twice = [id_ for id_, count in Counter(each.message for each in sent).items() if count > 1]
    assert not twice, f"a mail was sent twice: {twice[:3]}"
    without = await world.rows(_WITHOUT_NOTICE)
    assert not without, f"a mail was written that tells no notice: {without[:3]}"
    addresses = {
        text(row, "id"): text(row, "address")
        for row in await world.rows(
            """
            SELECT m.id, a.address FROM messages m
            JOIN mail_addresses a ON a.user_id = m.user_id
            """
        )
    }
    addresses |= {
        text(row, "id"): text(row, "payer_mail")
        for row in await world.rows(
            """
            SELECT o.id, c.payer_mail FROM outside_messages o JOIN claims c ON c.run_id = o.run_id
            """
        )
    }
    for each in sent:
        assert each.message in addresses, f"a mail was sent that nobody wrote: {each}"
        assert addresses[each.message] == each.to, f"a mail went to somebody else: {each}"
    await _each_letter_is_in_its_claim(office)


async def _each_letter_is_in_its_claim(office: Office) -> None:
    """What a payer was reminded of is in the claim, and who is thanked has paid."""
    rows = await office.deployment.world.rows(
        """
        SELECT o.id, o.purpose, c.claimed - c.credited - c.applied AS open,
          EXISTS (SELECT 1 FROM claim_events e
                  WHERE e.run_id = o.run_id AND e.kind = o.purpose) AS is_in_claim,
          EXISTS (SELECT 1 FROM claim_events e
                  WHERE e.run_id = o.run_id AND e.kind = 'payment') AS was_paid
        FROM outside_messages o JOIN claims c ON c.run_id = o.run_id
        """
    )
    for row in rows:
        if row["purpose"] in {"reminder", "second_reminder"}:
            assert row["is_in_claim"] == 1, f"a reminder that the claim does not know: {row}"
        if row["purpose"] == "thanks":
            assert row["was_paid"] == 1, f"thanks for nothing: {row}"

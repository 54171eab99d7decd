"""Messages for events that are due and have none: as many as an invocation may send, and the rest
in the next turn.
"""

from dataclasses import replace
from datetime import timedelta

from tests.simulation.receipts import open_receipts
from tests.support.host_platform import ACCOUNT
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.limits import PAID, Spending, Turn
from tillroll_durable.upkeep.reconciliation import resend_deliveries
from tillroll_testing.simulation.faults import Faults

_EVENTS = 20
_RUN = """
  INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
      next_safe_action,
                    created_at, updated_at)
  VALUES ('run_1', ?1, 'receipt', 1, 'rec_1', 'notified', 'complete', 'none', ?2, ?2)
"""
_EVENT = """
  INSERT INTO outbox (id, account_id, run_id, topic, payload, state, next_attempt_at, created_at)
  VALUES (?3, ?1, 'run_1', 'expense.created', '{}', 'pending', ?2, ?2)
"""


async def test_a_turn_ends_before_the_invocation_may_send_no_more() -> None:
    host = (await open_receipts(Faults())).host
    past = to_text(host.pieces.clock.now() - timedelta(hours=1))
    events = [statement(_EVENT, [ACCOUNT, past, f"evt_{number}"]) for number in range(_EVENTS)]
    await host.database.batch([statement(_RUN, [ACCOUNT, past]), *events])
    spending = Spending(replace(PAID, subrequests=100), subrequests=90)
    turn = Turn(spending, until=900)
    assert await resend_deliveries(replace(host.platform, turn=turn), {}) == 1
    assert turn.is_cut
    assert await resend_deliveries(host.platform, {}) == _EVENTS - 1

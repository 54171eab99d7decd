"""`make receivers`: events to receivers that fail nine times of ten, answer slowly, without an end,
or never, on the genuine stack. Their schedule takes three days, so the next attempt of each is made
due by hand, and the cron fires.
"""

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.support.bad_receivers import FAILS_TIMES, BadReceivers
from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack, wait_until
from tillroll_durable.outbox import MOST_ATTEMPTS

_PATHS = ("good", "nine-of-ten", "slow", "endless", "never")
_OPEN = "SELECT count(*) AS n FROM deliveries WHERE state = 'pending'"
# What would be due in the next days is due now, at another time each time: the cron sends more and
# more seldom for an event that is due still. What is under way is left alone.
_LONG_AGO = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 day')"
_DUE = f"""
  UPDATE deliveries SET next_attempt_at = {_LONG_AGO} WHERE state = 'pending' AND event_id IN (
    SELECT id FROM outbox WHERE state = 'pending' AND lease_until IS NULL);
  UPDATE outbox SET next_attempt_at = {_LONG_AGO} WHERE state = 'pending' AND lease_until IS NULL;
"""
_DELIVERIES = """
  SELECT e.description AS path, d.state, d.attempts FROM deliveries d JOIN endpoints e
      ON e.id = d.endpoint_id
"""
_PATIENCE_SECONDS = 1800


def _change(stack: RunningStack, expense_id: str, events: int) -> None:
    with stack.client() as client:
        for number in range(events):
            client.patch(
                f"/api/expenses/{expense_id}", json={"note": f"number {number}"}
            ).raise_for_status()


def _expense(stack: RunningStack) -> str:
    run_id = stack.upload(draw_receipt(clear_receipt("RECEIVER HOUSE SDN BHD", "12.90"))).json()[
        "runId"
    ]
    return str(stack.wait_for_status(run_id, "complete")["expense"]["id"])


def _to_the_end(stack: RunningStack) -> int:
    """How many rounds it took until nothing was open."""
    rounds, end = 0, time.monotonic() + _PATIENCE_SECONDS
    while stack.d1(_OPEN)[0]["n"]:
        assert time.monotonic() < end, f"{stack.d1(_OPEN)} deliveries are open after half an hour"
        stack.d1(_DUE)
        stack.fire_cron()
        rounds += 1
        time.sleep(1)
    return rounds


def _play(stack: RunningStack, receivers: BadReceivers, events: int) -> list[str]:
    expense_id = _expense(stack)
    with stack.client() as client:
        for path in _PATHS:
            body = {
                "url": f"{receivers.url}/{path}",
                "topics": ["expense.updated"],
                "description": path,
            }
            client.post("/api/endpoints", json=body).raise_for_status()
    began = time.monotonic()
    _change(stack, expense_id, events)
    wait_until(
        lambda: len(receivers.taken["/good"]) == events, "the good receiver to have all", 600
    )
    good_after = time.monotonic() - began
    rounds = _to_the_end(stack)
    took = time.monotonic() - began
    rows = stack.d1(_DELIVERIES)
    delivering = "SELECT count(*) FROM deliveries WHERE duration_ms IS NOT NULL"
    # Ours.
    kept = stack.d1(f"SELECT count(*) + ({delivering}) AS n FROM delivery_attempts")[0]["n"]
    _check(rows, receivers, events)
    attempts = Counter[str]()
    for row in rows:
        attempts[str(row["path"])] += int(row["attempts"])
    made = f"{sum(attempts.values())} attempts, {kept} kept, {rounds} rounds, {took:.0f} s"
    return [
        f"{events} events to {len(_PATHS)} receivers: {made}",
        f"the good receiver had all after {good_after:.0f} s",
        *(
            f"{path}: {len(receivers.tried[f'/{path}'])} ids, {attempts[path]} attempts, taken "
            f"{len(receivers.taken[f'/{path}'])}, most of an id "
            f"{max(receivers.taken[f'/{path}'].values(), default=0)}"
            for path in _PATHS
        ),
        f"bytes of an answer without an end that went out: {receivers.sent['/endless']} at most",
    ]


def _check(rows: list[dict[str, Any]], receivers: BadReceivers, events: int) -> None:
    for path in _PATHS:
        of_it = [row for row in rows if row["path"] == path]
        assert len(of_it) == events, f"{path}: {len(of_it)} deliveries of {events} events"
        states = {row["state"] for row in of_it}
        taken = receivers.taken[f"/{path}"]
        if path == "never":
            # It fails for less than three days here: it is not disabled, and all its attempts are
            # made.
            assert states == {"given_up"}, f"{path}: {states}"
            assert {row["attempts"] for row in of_it} == {MOST_ATTEMPTS}
            continue
        assert states == {"delivered"}, f"{path}: {states}"
        assert len(taken) == events, f"{path} has taken {len(taken)} of {events} ids"
        assert set(taken.values()) == {1}, f"{path} has taken an id twice: {taken.most_common(3)}"
        if path == "nine-of-ten":
            assert {row["attempts"] for row in of_it} == {FAILS_TIMES + 1}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make receivers", description=__doc__)
    parser.add_argument("--events", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="receivers-") as folder, BadReceivers() as receivers:
        stack = RunningStack(Path(folder))
        stack.start()
        try:
            lines = _play(stack, receivers, options.events)
        except BaseException:
            print(stack.logs())
            raise
        finally:
            receivers.is_over.set()
            stack.stop()
    print("\n".join(lines))
    # It is what the command says.
    print(f"Proved: {options.events} events to {len(_PATHS)} receivers")


if __name__ == "__main__":
    main()

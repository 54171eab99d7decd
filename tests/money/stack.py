"""The genuine stack that pays and claims, with less patience than the deployed one, and its
engine's introspection.
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from tests.money.bank import API_KEY, Bank
from tests.support.own_kind import replace_in
from tests.support.own_stack import own_stack
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import RunningStack

PAYER: Final = "acc_first"
_WORKER: Final = Path(__file__).parent / "worker.py"
_SETTLING: Final = "tillroll/payouts/settlement.py"
_CONTRACT: Final = "tillroll/payouts/contract.py"
# What the deployed Worker waits for, so that thirty rounds need not: file, what is said there, how
# long, and how long here. Nothing but times is changed: what is done, in which order and how often,
# is the deployed kinds'.
_TIMES: Final = (
    (
        "tillroll_durable/_operations/instances.py",
        "PATIENCE = timedelta({})",
        "seconds=30",
        "seconds=1",
    ),
    (
        "tillroll/payouts/workflow.py",
        "_IN_THE_LIST_AFTER: Final = timedelta({})",
        "seconds=90",
        "seconds=1",
    ),
    (_SETTLING, "_FIRST_LOOK: Final = timedelta({})", "minutes=15", "seconds=2"),
    (_SETTLING, "_LOOKS_EACH: Final = timedelta({})", "hours=1", "seconds=2"),
    (_SETTLING, "_STRAYS_WITHIN: Final = timedelta({})", "days=2", "minutes=5"),
    (
        "tillroll_durable/idempotency/keys.py",
        "IN_FLIGHT: Final = timedelta({})",
        "seconds=60",
        "seconds=10",
    ),
    (_CONTRACT, "Retries(limit=8, {}, backoff", "delay_seconds=15", "delay_seconds=1"),
    # Calls are held still on purpose, for longer than a test has patience until they are.
    (_CONTRACT, "timeout_seconds={}", "60", "400"),
    ("tillroll/payouts/providers.py", "_TIMEOUT_SECONDS: Final = {}", "25.0", "390.0"),
)


@contextmanager
def money_stack(state: Path, bank: Bank, *, databases: int = 1) -> Generator[RunningStack]:
    """A started stack whose first account is paid for by `bank`."""
    variables = {
        "PAYMENTS_API_KEY": API_KEY,
        "PAYMENTS_ACCOUNT": "fa_local",
        "PAYMENTS_PAYER": PAYER,
        "PAYMENTS_API_URL": bank.line.url,
    }
    with own_stack(
        state, main=_WORKER, change=_be_impatient, variables=variables, databases=databases
    ) as (stack, _):
        yield stack


def _be_impatient(source: Path) -> None:
    for file, said, there, here in _TIMES:
        replace_in(source / file, said.format(there), said.format(here))


@contextmanager
def introspection(stack: RunningStack, *operations: Mapping[str, Any]) -> Generator[None]:
    """Have the engine do this to runs of the shared class that are begun in the block: claims."""
    path = f"{stack.url}/api/test/introspection"
    httpx.post(path, json=operations, timeout=PATIENCE_SECONDS).raise_for_status()
    yield
    httpx.post(path, json=[], timeout=PATIENCE_SECONDS).raise_for_status()

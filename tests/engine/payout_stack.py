"""The genuine stack with the payout in it, and what is asked of it."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.engine.payout.contract import PayoutParams
from tests.engine.payout.workflow import TABLE
from tests.support.engine_explorer import EngineExplorer
from tests.support.own_kind import add_kind, replace_in
from tests.support.own_stack import own_stack
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import RunningStack, wait_until

_PACKAGE = Path(__file__).parent / "payout"


@contextmanager
def payout_stack(
    state: Path, variables: Mapping[str, str] | None = None
) -> Generator[tuple[RunningStack, Path]]:
    """A started stack, and the entry file that may be saved."""
    main = _PACKAGE / "worker.py"
    with own_stack(state, main=main, change=_add_payouts, variables=variables) as (stack, entry):
        stack.d1(TABLE)
        yield stack, entry


def _add_payouts(source: Path) -> None:
    """What a developer does to add a kind, in the copied sources; and a reconciler that steps in
    after a second, so that thirty rounds need not wait for half a minute each.
    """
    add_kind(source, _PACKAGE, "PAYOUT")
    instances = source / "tillroll_durable" / "_operations" / "instances.py"
    replace_in(instances, "PATIENCE = timedelta(seconds=30)", "PATIENCE = timedelta(seconds=1)")


def engine_of(stack: RunningStack) -> EngineExplorer:
    """The payouts' instances, as the engine has them."""
    return EngineExplorer(lambda: stack.url, "tillroll-workflows")


def begin(stack: RunningStack, params: PayoutParams, key: str) -> str:
    """Begin a payout, once by its key; return the run's id."""
    body = {"key": key, "params": params.model_dump(mode="json")}
    return (
        httpx.post(f"{stack.url}/api/test/payouts", json=body, timeout=PATIENCE_SECONDS)
        .raise_for_status()
        .json()["runId"]
    )


@contextmanager
def introspection(stack: RunningStack, *operations: Mapping[str, Any]) -> Generator[None]:
    """Have the engine do this to payouts that are begun in the block, for instance {"type":
    "disableSleeps"}.
    """
    path = f"{stack.url}/api/test/introspection"
    httpx.post(path, json=operations, timeout=PATIENCE_SECONDS).raise_for_status()
    yield
    httpx.post(path, json=[], timeout=PATIENCE_SECONDS).raise_for_status()


def confirm(stack: RunningStack, run_id: str, key: str = "confirmed") -> httpx.Response:
    return stack.ask(f"/api/runs/{run_id}/signals/confirm", key=key, payload={"by": "Ann"})


def states_of(stack: RunningStack, run_ids: Sequence[str]) -> dict[str, str]:
    rows = stack.d1("SELECT id, state FROM runs WHERE id IN ('" + "', '".join(run_ids) + "')")
    return {str(row["id"]): str(row["state"]) for row in rows}


def reach(stack: RunningStack, run_id: str, *states: str) -> dict[str, Any]:
    """The run as its owner is shown it, as soon as it is in one of these states."""

    def is_there() -> dict[str, Any] | None:
        return run if (run := stack.run(run_id))["state"] in states else None

    return wait_until(is_there, f"{run_id} to be {' or '.join(states)}")


def following(stack: RunningStack, run_id: str, relation: str) -> list[str]:
    """The runs that a run has begun: its children ("parent_run_id") or its continuation
    ("previous_run_id").
    """
    rows = stack.d1(f"SELECT id FROM runs WHERE {relation} = '{run_id}' ORDER BY id")
    return [str(row["id"]) for row in rows]

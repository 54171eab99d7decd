"""A run's trace, from its timeline."""

from collections.abc import Callable

from tillroll.durable.contract import Contract
from tillroll.observability.timeline import load_timeline
from tillroll.observability.traces.spans import Span, TracedRun, spans_of, trace_id
from tillroll.platform.bindings.database import Row, integer, text
from tillroll.platform.services import Platform


async def load_trace(
    platform: Platform, contract_of: Callable[[str, int], Contract], run_id: str
) -> tuple[str, list[Span]] | None:
    """The trace's id and spans; None where there is no such run."""
    loaded = await load_timeline(platform, contract_of, run_id)
    return None if loaded is None else (trace_id(run_id), spans_of(_traced(loaded.run), loaded.items))


def _traced(run: Row) -> TracedRun:
    return TracedRun(
        id=text(run, "id"),
        account_id=text(run, "account_id"),
        kind=text(run, "kind"),
        state=text(run, "state"),
        status=text(run, "status"),
        generation=integer(run, "generation"),
        contract_version=integer(run, "contract_version"),
        created_at=text(run, "created_at"),
    )

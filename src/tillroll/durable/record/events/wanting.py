"""Which endpoints want an event, as SQL."""

from typing import Final

RUN_COMPLETED: Final = "run.completed"
RUN_REJECTED: Final = "run.rejected"
RUN_FAILED: Final = "run.failed"
RUN_CANCELLED: Final = "run.cancelled"
REVIEW_REQUESTED: Final = "review.requested"
REVIEW_OVERDUE: Final = "review.overdue"
REVIEW_DECIDED: Final = "review.decided"
OF_RUNS: Final = (
    RUN_COMPLETED,
    RUN_REJECTED,
    RUN_FAILED,
    RUN_CANCELLED,
    REVIEW_REQUESTED,
    REVIEW_OVERDUE,
    REVIEW_DECIDED,
)
"""The topics of all runs, whatever their kind."""

_OF_RUNS: Final = ", ".join(f"'{topic}'" for topic in OF_RUNS)


def wants(topic: str) -> str:
    """SQL for whether an endpoint `e` that gets events wants the topic that the expression `topic` names: where it
    lists it, or the beginning of it, or nothing at all. The deployment's gets what the kinds tell of, and what is any
    run's only where it lists that."""
    return f"""(e.deleted_at IS NULL AND e.disabled_at IS NULL AND (
      e.topics = '[]' AND (e.origin = 'account' OR {topic} NOT IN ({_OF_RUNS}))
      OR EXISTS (
        SELECT 1 FROM json_each(e.topics) AS wanted
        WHERE wanted.value = {topic}
          OR substr(wanted.value, -2) = '.*' AND instr({topic}, substr(wanted.value, 1, length(wanted.value) - 1)) = 1
      )))"""  # noqa: S608 - constants

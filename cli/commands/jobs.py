"""`tillroll jobs`: the work of the cron, and what of it is overdue."""

from ..endings import Code, Stopped
from ..session import Session, session
from ..shared_options import taking


@taking(session)
def jobs(here: Session) -> None:
    """Show the jobs of the cron: when each had its last turn, what came of it, what is overdue (exit 1)."""
    found = here.api.get("/api/jobs")
    overdue = [each["name"] for each in found["items"] if each["isOverdue"]]
    if here.as_json:
        here.show.document(found)
    else:
        rows = [
            (
                each["name"],
                _state(each),
                (each["endedAt"] or "never")[:16],
                each["statements"],
                each["setAside"] or "",
                (each["behindSince"] or "")[:16],
            )
            for each in found["items"]
        ]
        here.show.table(
            ("job", "is", "last turn", "statements", "set aside", "behind since"),
            rows,
            right=("statements", "set aside"),
        )
    if overdue:
        raise Stopped(Code.FAILED, f"Overdue: {', '.join(overdue)}. The log says why (docs/operations.md#jobs).")


def _state(job: dict[str, str]) -> str:
    if job["isOverdue"]:
        return f"overdue: {job['error']}" if job["error"] else "overdue"
    return job["error"] or job["outcome"] or "waiting"

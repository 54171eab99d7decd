"""`tillroll jobs`: the work of the cron, and what of it is overdue."""

from tillroll_command.endings import Code, Stopped
from tillroll_command.shared_options import taking

from ..session import Session, session


@taking(session)
def jobs(here: Session) -> None:
    """Show the jobs of the cron: when each had its last turn, what came of it, what is overdue
    (exit 1).
    """
    found = here.api.get("/api/jobs")
    overdue = [each["name"] for each in found["items"] if each["isOverdue"]]
    if here.as_json:
        here.show.document(found)
    else:
        # With one database nobody need read its name.
        has_several = len({each["database"] for each in found["items"]}) > 1
        rows = [
            (
                f"{each['name']} ({each['database']})" if has_several else each["name"],
                _state(each),
                each["endedAt"][:16] if each["endedAt"] else "none without an error",
                each["statements"],
                each["setAside"] or "",
                (each["behindSince"] or "")[:16],
            )
            for each in found["items"]
        ]
        here.show.table(
            ("job", "last turn was", "at", "statements", "set aside", "behind since"),
            rows,
            right=("statements", "set aside"),
        )
        if not rows:
            here.show.note("No job has had a turn yet: the cron has not run here.")
    if found["cronStandsSince"]:
        raise Stopped(Code.FAILED, _standing(found["cronStandsSince"], found["cronStandsIn"]))
    if overdue:
        raise Stopped(
            Code.FAILED,
            f"Overdue: {', '.join(overdue)}. The log says why (docs/operations.md#jobs).",
        )


def _standing(since: str, databases: list[str]) -> str:
    last = since[:16].replace("T", " ")
    return (
        f"The cron has not run since {last} UTC ({', '.join(databases)}): no job had a turn, and "
        "no alert comes. docs/operations.md#the-cron-stands-still says what to do."
    )


_OUTCOMES = {"done": "done", "more": "left rows to the next minute", "failed": "failed"}


def _state(job: dict[str, str]) -> str:
    if job["isOverdue"]:
        return f"overdue: {job['error']}" if job["error"] else "overdue"
    if job["error"]:
        return f"failed: {job['error']}"
    return _OUTCOMES.get(job["outcome"] or "", "waits for its first turn")

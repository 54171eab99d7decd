"""`tillroll models`: what models read right of the account's own documents, and what that costs."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from tillroll_command.endings import Code
from tillroll_command.shared_options import taking

from ..session import Session, session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..client.api import JsonObject

app = typer.Typer(
    no_args_is_help=True, help="What models read right of the account's own documents."
)

_RULES = "rules"
_FIELDS = ("merchant", "date", "total", "tax", "currency", "number")
_MICRO = 1_000_000


@app.command()
@taking(session)
def measure(
    here: Session,
    models: Annotated[
        list[str],
        typer.Argument(metavar="MODEL…", help="As in AI_PRICES: @cf/zai-org/glm-5.3-flash."),
    ],
    documents: Annotated[
        int, typer.Option(min=1, max=200, help="How many documents each is asked about.")
    ] = 20,
    budget: Annotated[float, typer.Option(min=0, help="US dollars that all of it may cost.")] = 0.5,
) -> int:
    """Ask models about documents whose values a person confirmed, the newest first, and say what
    each read right.

    The rules are measured beside them, which costs nothing. An answer is asked for once; its cost
    counts against the account's budget of the day.
    """
    found = here.api.get("/api/models/documents", {"limit": documents})["items"]
    if not found:
        here.show.note("There is no document yet whose values a person confirmed in a review.")
        return Code.DONE
    measured: list[JsonObject] = []
    for run_id in (each["runId"] for each in found):
        for model in dict.fromkeys((_RULES, *models)):
            if model != _RULES and _spent(measured) >= budget * _MICRO:
                return _told(
                    here, measured, f"Stopped: the {budget:.2f} dollars of --budget are spent."
                )
            answer = here.api.send("POST", f"/api/runs/{run_id}/measurements", {"model": model})
            if answer["isOverBudget"]:
                return _told(
                    here,
                    measured,
                    "Stopped: the account's budget or quota does not allow another call.",
                )
            measured.append({"runId": run_id, **answer})
    return _told(here, measured, None)


def _spent(measured: "list[JsonObject]") -> int:
    return sum(each["costMicroUsd"] or 0 for each in measured)


def _told(here: Session, measured: "list[JsonObject]", stopped: str | None) -> int:
    if here.as_json:
        here.show.document({"items": measured, "stopped": stopped})
    else:
        here.show.table(
            ("model", "documents", *_FIELDS, "no answer", "US dollars"), list(_rows(measured))
        )
        here.show.note("right/wrong of each field; of the rest nothing was read that is printed.")
        if stopped:
            here.show.note(stopped)
    return Code.DONE


def _rows(measured: "list[JsonObject]") -> "Iterator[tuple[str, ...]]":
    for model in dict.fromkeys(each["model"] for each in measured):
        its = [each for each in measured if each["model"] == model and each["verdicts"]]
        counts = Counter(
            (field, verdict) for each in its for field, verdict in each["verdicts"].items()
        )
        cells = [f"{counts[field, 'right']}/{counts[field, 'wrong']}" for field in _FIELDS]
        silent = sum(not each["isAnswered"] for each in its)
        unknown = any(each["costMicroUsd"] is None for each in its)
        cost = f"{_spent(its) / _MICRO:.4f}" + (" and more" if unknown else "")
        yield model, str(len(its)), *cells, str(silent), cost

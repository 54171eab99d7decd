"""`tillroll voucher`, `mileage` and `per-diem`: expenses without a receipt."""

from typing import TYPE_CHECKING, Annotated

import typer

from ..session import Session, session
from ..shared_options import taking
from .options import day
from .upload import PaidBy

if TYPE_CHECKING:
    from ..client.api import JsonObject

_Key = Annotated[
    str | None,
    typer.Option(metavar="KEY", help="Tells two of the same apart; the same key is the same."),
]
_Category = Annotated[str | None, typer.Option(help="Its category.")]
_Purpose = Annotated[str, typer.Option(help="What the journey was for.")]
_Country = Annotated[str, typer.Option(metavar="CODE", help="Whose rates hold: DE, US or GB.")]
_Day = Annotated[
    str, typer.Option("--date", parser=day, metavar="DAY", help="The day, such as 2026-03-31.")
]


@taking(session)
def voucher(
    here: Session,
    merchant: Annotated[str, typer.Argument(metavar="MERCHANT", help="Who was paid.")],
    total: Annotated[str, typer.Argument(metavar="TOTAL", help="How much, such as 4.50.")],
    currency: Annotated[
        str, typer.Argument(metavar="CURRENCY", help="Its ISO 4217 code, such as EUR.")
    ],
    on: _Day,
    reason: Annotated[str, typer.Option(help="Why there is no receipt.")],
    tax: Annotated[str | None, typer.Option(help="The tax in it.")] = None,
    category: _Category = None,
    note: Annotated[str | None, typer.Option(help="What else there is to say.")] = None,
    key: _Key = None,
    paid_by: PaidBy = None,
) -> None:
    """State an expense that has no receipt, with the reason. Stated again, it is the same."""
    body = {
        "merchant": merchant,
        "total": total,
        "currency": currency,
        "date": on,
        "reason": reason,
    }
    payer: JsonObject = {} if paid_by is None else {"paidBy": paid_by}
    _state(
        here,
        "/api/vouchers",
        {**body, "tax": tax, "category": category, "note": note, "key": key, **payer},
    )


@taking(session)
def mileage(
    here: Session,
    start: Annotated[str, typer.Argument(metavar="FROM", help="Where it began.")],
    end: Annotated[str, typer.Argument(metavar="TO", help="Where it ended.")],
    on: _Day,
    country: _Country,
    purpose: _Purpose,
    km: Annotated[
        str | None, typer.Option(help="The distance, where the rate is for kilometres.")
    ] = None,
    miles: Annotated[
        str | None, typer.Option(help="The distance, where the rate is for miles.")
    ] = None,
    km_before: Annotated[
        str | None,
        typer.Option(
            help="Business kilometres earlier in the tax year, where the rate depends on them."
        ),
    ] = None,
    miles_before: Annotated[
        str | None,
        typer.Option(
            help="Business miles earlier in the tax year, where the rate depends on them."
        ),
    ] = None,
    vehicle: Annotated[str, typer.Option(help="car, motorcycle or bicycle.")] = "car",
    category: _Category = None,
    key: _Key = None,
) -> None:
    """Claim a journey in one's own vehicle at the rate of its day. Claimed again, it is the
    same.
    """
    body = {
        "from": start,
        "to": end,
        "date": on,
        "country": country,
        "purpose": purpose,
        "vehicle": vehicle,
    }
    given = {
        "km": km,
        "miles": miles,
        "kmBefore": km_before,
        "milesBefore": miles_before,
        "category": category,
        "key": key,
    }
    _state(here, "/api/mileage", {**body, **given})


@taking(session)
def per_diem(
    here: Session,
    left: Annotated[
        str, typer.Argument(metavar="LEFT", help="Local time, such as 2026-03-02T07:00.")
    ],
    returned: Annotated[
        str, typer.Argument(metavar="RETURNED", help="Local time, such as 2026-03-04T18:30.")
    ],
    country: _Country,
    purpose: _Purpose,
    meals: Annotated[
        list[str] | None,
        typer.Option(
            "--meals",
            metavar="DAY=MEALS",
            help="Provided, such as 2026-03-03=breakfast,lunch; repeat.",
        ),
    ] = None,
    no_night: Annotated[
        bool, typer.Option("--no-night", help="Over midnight without a night in lodgings.")
    ] = False,
    category: _Category = None,
    key: _Key = None,
) -> None:
    """Claim meals of an absence, a day at a time. Claimed again, it is the same."""
    body = {
        "left": left,
        "returned": returned,
        "country": country,
        "purpose": purpose,
        "overnight": not no_night,
    }
    provided = [_provided(each) for each in meals or []]
    _state(here, "/api/per-diem", {**body, "meals": provided, "category": category, "key": key})


def _provided(text: str) -> "JsonObject":
    """DAY=MEALS. Raises BadParameter."""
    on, sign, meals = text.partition("=")
    if not sign or not meals:
        raise typer.BadParameter(
            f"{text!r}: write --meals DAY=MEALS, such as --meals 2026-03-03=breakfast,lunch"
        )
    return {"date": day(on), "meals": meals.split(",")}


def _state(here: Session, path: str, body: "JsonObject") -> None:
    taken = here.api.send(
        "POST", path, {name: value for name, value in body.items() if value is not None}
    )
    if here.as_json:
        here.show.document(taken)
        return
    here.show.say(f"{taken['runId']}  {taken['status']}")
    here.show.note(f"Follow it with: `tillroll run {taken['runId']} --follow`")

"""`tillroll home`: what waits for a person, and what is owed."""

from typing import TYPE_CHECKING

from ..amounts import with_currency
from ..session import Session, session
from ..shared_options import taking

if TYPE_CHECKING:
    from ..client.api import JsonObject


@taking(session)
def home(here: Session) -> None:
    """Show what waits, what this month lacks, what the company owes to people, and what clients
    owe.
    """
    found = here.api.get("/api/home")
    if here.as_json:
        here.show.document(found)
        return
    runs = found["runs"]
    waits = {
        "to review": "needsReview",
        "sent back": "sentBack",
        "failed": "failed",
        "being read": "processing",
    }
    rows = [("receipts", what, runs[name]) for what, name in waits.items() if runs[name]]
    rows += [
        ("missing this month", each["missing"], each["count"])
        for each in found["missing"]
        if each["count"]
    ]
    rows += [
        (
            "owed to",
            each["person"]["name"] or each["person"]["id"],
            with_currency(sum_["owed"], sum_["currency"]),
        )
        for each in found["owed"]
        for sum_ in each["sums"]
    ]
    claims: list[JsonObject] = found["claims"] or []
    for each in claims:
        rows.append(
            (
                "clients owe",
                f"{each['claims']} claims",
                with_currency(each["open"], each["currency"]),
            )
        )
        if each["overdueClaims"]:
            overdue = with_currency(each["overdue"], each["currency"])
            rows.append(("overdue", f"{each['overdueClaims']} claims", overdue))
    here.show.table(("", "", "how much"), rows, ("how much",))
    if found["tooLarge"]:
        here.show.note(f"Left out, since a sum is too large: {', '.join(found['tooLarge'])}.")

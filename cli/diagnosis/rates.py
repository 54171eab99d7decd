"""Exchange rates: whether any expense lacks one."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from .finding import Finding, good, worth_knowing

if TYPE_CHECKING:
    from ..client.api import Api

# What is looked at of the list, page by page.
_LISTED: Final = 5_000


def look_at_rates(api: "Api") -> Iterator[Finding]:
    """The first days of which a rate is lacking."""
    base = api.get("/api/account")["baseCurrency"]
    if base is None:
        yield good("rates", "The account has no base currency, so no rate is needed.")
        return
    lacking = api.items("/api/expenses", {"missing": "rate"}, _LISTED)["items"]
    missing = [each["baseMissing"] for each in lacking if each.get("baseMissing")]
    days = sorted(
        {each["date"] for each in missing if each["reason"] == "rates_missing" and each["date"]}
    )
    if days:
        more = f" and {len(days) - 5} more days" if len(days) > 5 else ""
        says = (
            f"Some expenses are not in {base}: there are no rates of {', '.join(days[:5])}{more}."
        )
        yield worth_knowing(
            "rates",
            says,
            "Import the whole history: `tillroll rates import --local` (or --remote).",
        )
    else:
        yield good("rates", f"No expense lacks a rate into {base}.")

"""The first run: what follows from a company's country is set at once, and its bank account made.

All of it is a setting like any other, and stays changeable. The same request again changes nothing.
"""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from fastapi import Body
from pydantic import AfterValidator, Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.routing import Router
from tillroll.bank.models import BankAccountRequest
from tillroll.bank.service import AccountTaken, create_account
from tillroll.company.places import GERMAN, PARTLY_GERMAN
from tillroll.company.service import change_profile, is_corporation
from tillroll.conversion.countries import currency_of
from tillroll.conversion.expenses import adopt_base_currency, base_currency
from tillroll.expenses.sorting.chart_accounts import give_accounts
from tillroll.expenses.sorting.first_language import name_first_categories
from tillroll.expenses.sorting.own_travel import take_own_travel
from tillroll.expenses.sorting.starters import Chart, Language
from tillroll.fields import Country
from tillroll.mail.service import language_of
from tillroll_documents.ibans import iban_problem
from tillroll_durable.platform.models import Flag, Model, RequestBody

router = Router(tags=["account"])

# A tax adviser's chart is one of two; DATEV's set-up gives the other one where it is that.
_CHARTS: Final[Mapping[str, Literal["skr03", "skr04"]]] = {"DE": "skr03"}
_NAMES: Final = {Language.EN: "Bank account", Language.DE: "Bankkonto"}


def _check(text: str) -> str:
    """Raises ValueError: it is none, in a sentence that never repeats it."""
    iban = "".join(text.split()).upper()
    problem = iban_problem(iban)
    if problem is not None:
        raise ValueError(problem)
    return iban


class FirstRunRequest(RequestBody):
    """`country` is the company's, by ISO 3166-1; `iban` its bank account, null for later.
    `isAlone`: one person, whose travel has accounts of its own in a German chart, unless the
    company is a corporation by its name.
    """

    country: Country
    iban: Annotated[
        Annotated[str, Field(max_length=50), AfterValidator(_check)] | None,
        Field(examples=["DE02120300000000202051"]),
    ] = None
    is_alone: Flag = False


class FirstRun(Model):
    """What was set. `baseCurrency` is null where the country's is not known; `language` is that of
    the categories, `chart` of their accounts: null for none. `bankAccountId` is the bank account
    that was made; null without an IBAN, or where it was there.
    """

    country: str
    base_currency: str | None
    language: Literal["en", "de"]
    chart: Literal["skr03", "skr04"] | None
    bank_account_id: str | None


@router.post("/api/account/first-run", openapi_extra=needs(Permission.ADMINISTER))
async def set_up_account(
    platform: PlatformHere,
    principal: Caller,
    request: Annotated[
        FirstRunRequest,
        Body(
            openapi_examples={
                "Germany": {"value": {"country": "DE", "iban": "DE02120300000000202051"}}
            }
        ),
    ],
) -> FirstRun:
    """Set what follows from the company's country: base currency, the rates of its tax report, the
    categories' language, and their accounts. With an IBAN, the bank account is made too.
    """
    actor = principal.as_actor
    account_id = principal.account_id
    changes: dict[str, str | None] = {"country": request.country}
    if request.iban is not None:
        changes["iban"] = request.iban
    await change_profile(platform, actor, changes)
    await adopt_base_currency(platform, actor, request.country)
    read = await language_of(platform.database, principal.user_id)
    language = _language(request.country, read)
    await name_first_categories(platform, actor, language)
    chart = _CHARTS.get(request.country)
    if chart is not None:
        # A corporation has employees alone, its managing director among them.
        if request.is_alone and not await is_corporation(platform.database, account_id):
            await take_own_travel(platform, actor)
        await give_accounts(platform, account_id, Chart(chart), actor=actor.name)
    currency = await base_currency(platform, account_id)
    bank_account_id = None
    if request.iban is not None:
        account = BankAccountRequest(
            name=_NAMES[language],
            currency=currency_of(request.iban[:2]) or currency or "EUR",
            number=request.iban,
        )
        try:
            bank_account_id = (await create_account(platform, actor, account)).id
        except AccountTaken:
            bank_account_id = None
    return FirstRun(
        country=request.country,
        base_currency=currency,
        language=language.value,
        chart=chart,
        bank_account_id=bank_account_id,
    )


def _language(country: str, read: str | None) -> Language:
    if country in GERMAN:
        return Language.DE
    # The caller's own language says which of the country's it is.
    if country in PARTLY_GERMAN and read == "de":
        return Language.DE
    return Language.EN

"""Routes of what expenses are sorted by: categories, merchants, rules and proposals."""

from functools import partial
from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, OwnKey, PlatformHere, needs
from tillroll.api.paging import Limit
from tillroll.api.routing import Router
from tillroll.expenses.sorting import categories, merchants, rule_acts, rules
from tillroll.expenses.sorting.acts import ActSummary, begin_act
from tillroll.expenses.sorting.categories import Category
from tillroll.expenses.sorting.chart_accounts import AccountsGiven, give_accounts
from tillroll.expenses.sorting.merchants import MerchantName
from tillroll.expenses.sorting.rules import (
    CategoryRule,
    Rule,
    RuleGives,
    When,
    conditions_from,
    gives_from,
)
from tillroll.expenses.sorting.starters import Chart, Language, StarterSet
from tillroll_documents.reading.correction import MAX_CATEGORY_LENGTH
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.models import ChangeBody, Flag, Items, Model, RequestBody

router = Router(tags=["sorting"])

Name = Annotated[str, Field(min_length=1, max_length=200)]
Code = Annotated[str | None, Field(max_length=100)]


class CategoryList(Model):
    """`items` are the names to choose from, the most used first; `categories` have all, archived
    ones too.
    """

    items: list[str]
    categories: list[Category]


class NewCategory(RequestBody):
    """A name of at most 60 characters; codes as the ledger and the tax software have them, at
    most 20 characters. `accountIsAutomatic`: the account knows its tax, as DATEV's automatic ones
    do, and takes no tax code."""

    name: Name
    ledger_code: Code = None
    tax_code: Code = None
    account_is_automatic: Flag = False


class CategoryChange(ChangeBody):
    """What is left out stays; null takes a code away."""

    ledger_code: Code = None
    tax_code: Code = None
    account_is_automatic: Flag = False
    state: Literal["active", "archived"] = "active"


class NewName(RequestBody):
    name: Name


class MergeInto(RequestBody):
    """`into` is the id of the category that stays."""

    into: Name


class StarterRequest(RequestBody):
    """`chart` says whose account numbers the categories get."""

    set: StarterSet
    language: Language = Language.EN
    chart: Chart = Chart.NONE


class ChartRequest(RequestBody):
    """`chart` says whose account numbers the categories get."""

    chart: Literal[Chart.SKR03, Chart.SKR04]


class Added(Model):
    """How many categories were added; those that were there by name stay as they are."""

    added: int


@router.get("/api/categories", openapi_extra=needs(Permission.OWN))
async def list_categories(platform: PlatformHere, principal: Caller) -> CategoryList:
    """The account's categories, the most used of the expenses that the caller sees first."""
    rows = await categories.list_categories(platform.database, principal.sight)
    return CategoryList(
        items=[each.name for each in rows if each.state == "active"], categories=rows
    )


@router.post("/api/categories", openapi_extra=needs(Permission.SORT))
async def create_category(
    platform: PlatformHere,
    principal: Caller,
    request: NewCategory,
) -> Category:
    """Make a category. The same again is the one there is."""
    codes = request.ledger_code, request.tax_code
    return await categories.create_category(
        platform,
        principal.account_id,
        name=request.name,
        codes=codes,
        actor=principal.actor,
        account_is_automatic=request.account_is_automatic,
    )


@router.post("/api/categories/starters", openapi_extra=needs(Permission.SORT))
async def add_starter_categories(
    platform: PlatformHere,
    principal: Caller,
    request: StarterRequest,
) -> Added:
    """Take over a set of categories to begin with. Again it adds nothing."""
    chosen = request.set, request.language, request.chart
    return Added(
        added=await categories.take_over(platform, principal.account_id, *chosen, principal.actor)
    )


@router.post("/api/categories/accounts", openapi_extra=needs(Permission.SORT))
async def give_categories_accounts(
    platform: PlatformHere, principal: Caller, request: ChartRequest
) -> AccountsGiven:
    """Give the categories of a set that have no account the one of a chart. Again it changes
    nothing.
    """
    return await give_accounts(
        platform, principal.account_id, chart=request.chart, actor=principal.actor
    )


@router.patch("/api/categories/{category_id}", openapi_extra=needs(Permission.SORT))
async def change_category(
    platform: PlatformHere, principal: Caller, category_id: str, request: CategoryChange
) -> Category:
    """Change a category's codes, or archive it. The same again changes nothing."""
    changes = request.model_dump(by_alias=True, exclude_unset=True)
    return await categories.change_category(
        platform,
        principal.account_id,
        category_id=category_id,
        changes=changes,
        actor=principal.actor,
    )


@router.post("/api/categories/{category_id}/rename", openapi_extra=needs(Permission.SORT))
async def rename_category(
    platform: PlatformHere, principal: Caller, category_id: str, request: NewName, own_key: OwnKey
) -> ActSummary:
    """Rename a category, on all its expenses too. The old name leads to it from then on."""
    ids = principal.account_id, category_id
    prepare = partial(categories.category_rename_asked, platform.database, *ids, request.name)
    return await begin_act(
        platform, principal.as_actor, kind=categories.RENAME_CATEGORY, key=own_key, request=prepare
    )


@router.post("/api/categories/{category_id}/merge", openapi_extra=needs(Permission.SORT))
async def merge_category(
    platform: PlatformHere, principal: Caller, category_id: str, request: MergeInto, own_key: OwnKey
) -> ActSummary:
    """Merge a category into another: its expenses get that one, but for approved ones. One that a
    policy or a chain names is merged by who may administer; these name the other one then.
    """
    prepare = partial(
        categories.category_merge_asked,
        platform.database,
        principal.account_id,
        category_id=category_id,
        into_id=request.into,
        may_administer=principal.may(Permission.ADMINISTER),
    )
    return await begin_act(
        platform, principal.as_actor, kind=categories.MERGE_CATEGORIES, key=own_key, request=prepare
    )


class RuleRequest(RequestBody):
    """`state` is active or paused."""

    when: When
    gives: RuleGives
    state: Literal["active", "paused"] = "active"


class OrderRequest(RequestBody):
    """The ids of all rules, in the order that they shall have."""

    ids: Annotated[list[str], Field(max_length=rules.MOST_RULES)]


class PreviewRequest(RequestBody):
    """A rule that is not there yet; without one, all active rules in their order."""

    rule: RuleRequest | None = None


class ApplyRequest(RequestBody):
    """Which rules are applied, by their ids; without these all active ones."""

    ids: Annotated[list[str] | None, Field(max_length=rules.MOST_RULES)] = None


@router.get("/api/rules", openapi_extra=needs(Permission.READ))
async def list_category_rules(platform: PlatformHere, principal: Caller) -> Items[CategoryRule]:
    """The account's rules in their order."""
    return Items(items=await rules.list_rules(platform.database, principal.account_id))


@router.post("/api/rules", openapi_extra=needs(Permission.SORT))
async def create_category_rule(
    platform: PlatformHere,
    principal: Caller,
    request: RuleRequest,
) -> CategoryRule:
    """Add a rule behind the others. The same again is the one there is."""
    rule = conditions_from(request.when), gives_from(request.gives)
    return await rules.create_rule(platform, principal.account_id, *rule, principal.actor)


@router.post("/api/rules/order", openapi_extra=needs(Permission.SORT))
async def order_category_rules(
    platform: PlatformHere,
    principal: Caller,
    request: OrderRequest,
) -> Items[CategoryRule]:
    """Put the rules in another order."""
    return Items(
        items=await rules.order_rules(
            platform, principal.account_id, ids=request.ids, actor=principal.actor
        )
    )


@router.post("/api/rules/preview", openapi_extra=needs(Permission.SORT))
async def preview_category_rules(
    platform: PlatformHere, principal: Caller, request: PreviewRequest
) -> rule_acts.RulePreview:
    """Preview what a rule would change of the expenses there are, or all active rules: how many,
    and some of them.
    """
    if request.rule is None:
        previewed = await rules.load_rules(platform.database, principal.account_id)
    else:
        previewed = [
            Rule("new", conditions_from(request.rule.when), gives_from(request.rule.gives))
        ]
    return await rule_acts.preview_rules(platform.database, principal.account_id, previewed)


@router.post("/api/rules/apply", openapi_extra=needs(Permission.SORT))
async def apply_category_rules(
    platform: PlatformHere, principal: Caller, request: ApplyRequest, own_key: OwnKey
) -> ActSummary:
    """Apply rules to the expenses there are, as one act that can be undone. What a person chose
    stays.
    """
    prepare = partial(rule_acts.rules_asked, platform.database, principal.account_id, request.ids)
    return await begin_act(
        platform, principal.as_actor, kind=rule_acts.APPLY_RULES, key=own_key, request=prepare
    )


@router.put("/api/rules/{rule_id}", openapi_extra=needs(Permission.SORT))
async def replace_category_rule(
    platform: PlatformHere, principal: Caller, rule_id: str, request: RuleRequest
) -> CategoryRule:
    """Let a rule ask or give something else, or pause it. Expenses that it sorted stay as they
    are.
    """
    rule = conditions_from(request.when), gives_from(request.gives), request.state
    return await rules.change_rule(
        platform, principal.account_id, rule_id=rule_id, requested=rule, actor=principal.actor
    )


@router.delete("/api/rules/{rule_id}", status_code=204, openapi_extra=needs(Permission.SORT))
async def remove_category_rule(platform: PlatformHere, principal: Caller, rule_id: str) -> Response:
    """Delete a rule. What it gave stays."""
    await rules.delete_rule(platform, principal.account_id, rule_id=rule_id, actor=principal.actor)
    return Response(status_code=204)


class Proposed(RequestBody):
    """A proposal, as it was listed."""

    merchant: MerchantName
    category: Annotated[str, Field(min_length=1, max_length=MAX_CATEGORY_LENGTH)]


class TakenProposal(Proposed):
    """`always`: make a rule of it as well, so that the merchant's next expenses get the category
    too.
    """

    always: Flag = False


@router.get("/api/proposals", openapi_extra=needs(Permission.READ))
async def list_proposals(platform: PlatformHere, principal: Caller) -> Items[rule_acts.Proposal]:
    """Categories proposed for merchants' expenses that have none."""
    return Items(items=await rule_acts.list_proposals(platform.database, principal.account_id))


@router.post("/api/proposals/apply", openapi_extra=needs(Permission.SORT))
async def apply_proposal(
    platform: PlatformHere, principal: Caller, request: TakenProposal, own_key: OwnKey
) -> ActSummary:
    """Give a merchant's expenses this category, where they have none. Approved ones get it until
    they are handed on; what is left as it is has a reason (`GET /api/acts/{act_id}/left-out`)."""
    actor = principal.as_actor
    pair = (request.merchant, request.category)
    prepare = partial(rule_acts.proposal_asked, platform, actor, *pair, is_rule=request.always)
    return await begin_act(
        platform, actor, kind=rule_acts.APPLY_PROPOSAL, key=own_key, request=prepare
    )


@router.post("/api/proposals/dismiss", status_code=204, openapi_extra=needs(Permission.SORT))
async def dismiss_proposal(
    platform: PlatformHere,
    principal: Caller,
    request: Proposed,
) -> Response:
    """Do not propose this again."""
    about = request.merchant, request.category
    await rule_acts.dismiss_proposal(platform, principal.account_id, *about, principal.actor)
    return Response(status_code=204)


merchants_router = Router(tags=["merchants"])


class RenameRequest(RequestBody):
    """The merchants of these names, compared without case, accents and punctuation, are called
    `to`.
    """

    names: Annotated[list[MerchantName], Field(min_length=1, max_length=merchants.MOST_AT_ONCE)]
    to: MerchantName


class Forgotten(Model):
    """`forgotten` is the number of receipts from which it was known."""

    forgotten: int


@merchants_router.get("/api/merchants", openapi_extra=needs(Permission.OWN))
async def list_merchants(
    platform: PlatformHere,
    principal: Caller,
    q: Annotated[str, Query(max_length=100, description="Part of the name")] = "",
    limit: Limit = 100,
) -> Items[merchants.Merchant]:
    """The merchants of the expenses that the caller sees, those with most expenses first."""
    return Items(
        items=await merchants.list_merchants(
            platform.database, principal.sight, words=q, limit=limit
        )
    )


@merchants_router.post("/api/merchants/rename", openapi_extra=needs(Permission.SORT))
async def rename_merchants(
    platform: PlatformHere, principal: Caller, request: RenameRequest, own_key: OwnKey
) -> ActSummary:
    """Give merchants one name: one is renamed, several are merged. The next receipt of any spelling
    reads it.
    """
    prepare = partial(
        merchants.merchant_rename_asked,
        platform.database,
        principal.account_id,
        names=request.names,
        to=request.to,
    )
    return await begin_act(
        platform, principal.as_actor, kind=merchants.RENAME_MERCHANTS, key=own_key, request=prepare
    )


@merchants_router.post("/api/merchants/forget", openapi_extra=needs(Permission.SORT))
async def forget_merchant(
    platform: PlatformHere,
    principal: Caller,
    request: merchants.ForgetRequest,
) -> Forgotten:
    """Stop snapping a spelling or a tax id to a merchant. Expenses stay as they are."""
    now = to_text(platform.clock.now())
    count = await merchants.forget(
        platform.database, principal.account_id, lead=request, actor=principal.actor, now=now
    )
    return Forgotten(forgotten=count)

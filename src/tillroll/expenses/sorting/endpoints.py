"""Routes of categories, rules and proposals."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, OwnKey, PlatformHere, needs
from tillroll.api.problems import (
    ACTS_UNFINISHED,
    EXPENSES_DISTURBED,
    NAME_TAKEN,
    Problem,
    not_found,
)
from tillroll.api.shapes import Model
from tillroll.expenses.sorting import renames, rule_acts, rule_rows
from tillroll.expenses.sorting.act_rows import ActShape, NoSuchAct
from tillroll.expenses.sorting.acts import PLANS, Disturbed, NewAct, TooMany, Who, begin_act
from tillroll.expenses.sorting.categories import (
    CategoryShape,
    Chart,
    Language,
    NameTaken,
    NoSuchCategory,
    StarterSet,
    change_category,
    checked_name,
    create_category,
    list_categories,
    take_over,
)
from tillroll.expenses.sorting.rule_rows import NoSuchRule, create_rule
from tillroll.expenses.sorting.rules import (
    Conditions,
    Gives,
    GivesShape,
    Rule,
    RuleShape,
    When,
    conditions_from,
    gives_from,
)
from tillroll.identity.authentication import Principal
from tillroll.platform.json import JsonObject
from tillroll.platform.models import Flag, RequestBody
from tillroll.reading.correction import MAX_CATEGORY_LENGTH, MAX_MERCHANT_LENGTH


def who(principal: Principal) -> Who:
    """Whoever is asking, as acts know them."""
    return Who(principal.account_id, principal.actor)


@contextmanager
def as_problems() -> Generator[None]:
    """Raises Problem: 404 for an id that the account has not, 409 and 422 for what is refused."""
    try:
        yield
    except NoSuchCategory as error:
        raise not_found("category") from error
    except NoSuchRule as error:
        raise not_found("rule") from error
    except NoSuchAct as error:
        raise not_found("act") from error
    except NameTaken as error:
        detail = f"There is a category of this name, or one had it: {error}. Choose another name, or merge the two."
        raise Problem(NAME_TAKEN, detail) from error
    except TooMany as error:
        detail = (
            f"{len(error.acts)} acts of this account are not finished: wait a minute, or go on with one of `acts` by"
            " POST /api/acts/{id}/continue; then ask again."
        )
        raise Problem(ACTS_UNFINISHED, detail, acts=[*error.acts]) from error
    except Disturbed as error:
        detail = "Others change the same expenses. Nothing is lost: go on with POST /api/acts/{id}/continue."
        raise Problem(EXPENSES_DISTURBED, detail, act=str(error)) from error


router = APIRouter(tags=["sorting"])

Name = Annotated[str, Field(min_length=1, max_length=200)]
Code = Annotated[str | None, Field(max_length=100)]


class CategoriesShape(Model):
    """`items` are the names to choose from, the most used first; `categories` have all, archived ones too."""

    items: list[str]
    categories: list[CategoryShape]


class NewCategory(RequestBody):
    """A name of at most 60 characters; codes as the ledger and the tax software have them, at most 20 characters."""

    name: Name
    ledger_code: Code = None
    tax_code: Code = None


class CategoryChange(RequestBody):
    """What is left out stays; null takes a code away."""

    ledger_code: Code = None
    tax_code: Code = None
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


class Added(Model):
    """How many categories were added; those that were there by name stay as they are."""

    added: int


@router.get("/api/categories", openapi_extra=needs(Permission.READ))
async def show_categories(platform: PlatformHere, principal: Caller) -> CategoriesShape:
    """The account's categories, the most used first."""
    found = await list_categories(platform.database, principal.account_id)
    return CategoriesShape(items=[each.name for each in found if each.state == "active"], categories=found)


@router.post("/api/categories", openapi_extra=needs(Permission.EDIT))
async def add_category(platform: PlatformHere, principal: Caller, asked: NewCategory) -> CategoryShape:
    """Make a category. The same again is the one there is."""
    codes = asked.ledger_code, asked.tax_code
    with as_problems():
        return await create_category(platform, principal.account_id, asked.name, codes, principal.actor)


@router.post("/api/categories/starters", openapi_extra=needs(Permission.EDIT))
async def begin_with(platform: PlatformHere, principal: Caller, asked: StarterRequest) -> Added:
    """Take over a set of categories to begin with. Again it adds nothing."""
    chosen = asked.set, asked.language, asked.chart
    return Added(added=await take_over(platform, principal.account_id, *chosen, principal.actor))


@router.patch("/api/categories/{category_id}", openapi_extra=needs(Permission.EDIT))
async def alter_category(
    platform: PlatformHere, principal: Caller, category_id: str, asked: CategoryChange
) -> CategoryShape:
    """Change a category's codes, or archive it. The same again changes nothing."""
    given = asked.model_dump(by_alias=True, exclude_unset=True)
    with as_problems():
        return await change_category(platform, principal.account_id, category_id, given, principal.actor)


@router.post("/api/categories/{category_id}/rename", openapi_extra=needs(Permission.EDIT))
async def rename_category(
    platform: PlatformHere, principal: Caller, category_id: str, asked: NewName, own_key: OwnKey
) -> ActShape:
    """Rename a category, on all its expenses too. The old name leads to it from then on."""

    async def prepare() -> JsonObject:
        return await renames.category_rename_asked(platform.database, principal.account_id, category_id, asked.name)

    with as_problems():
        new = NewAct(renames.RENAME_CATEGORY, prepare)
        return await begin_act(platform, PLANS, who(principal), new, own_key)


@router.post("/api/categories/{category_id}/merge", openapi_extra=needs(Permission.EDIT))
async def merge_category(
    platform: PlatformHere,
    principal: Caller,
    category_id: str,
    asked: MergeInto,
    own_key: OwnKey,
) -> ActShape:
    """Merge a category into another: its expenses get that one, but for approved ones."""

    async def prepare() -> JsonObject:
        return await renames.category_merge_asked(platform.database, principal.account_id, category_id, asked.into)

    with as_problems():
        new = NewAct(renames.MERGE_CATEGORIES, prepare)
        return await begin_act(platform, PLANS, who(principal), new, own_key)


class Rules(Model):
    """In their order: the first that matches an expense decides."""

    items: list[RuleShape]


class RuleRequest(RequestBody):
    """`state` is active or paused."""

    when: When
    gives: GivesShape
    state: Literal["active", "paused"] = "active"


class OrderRequest(RequestBody):
    """The ids of all rules, in the order that they shall have."""

    ids: Annotated[list[str], Field(max_length=rule_rows.MOST_RULES)]


class PreviewRequest(RequestBody):
    """A rule that is not there yet; without one, all active rules in their order."""

    rule: RuleRequest | None = None


class ApplyRequest(RequestBody):
    """Which rules are applied, by their ids; without these all active ones."""

    ids: Annotated[list[str] | None, Field(max_length=rule_rows.MOST_RULES)] = None


@router.get("/api/rules", openapi_extra=needs(Permission.READ))
async def show_rules(platform: PlatformHere, principal: Caller) -> Rules:
    """The account's rules in their order."""
    return Rules(items=await rule_rows.list_rules(platform.database, principal.account_id))


@router.post("/api/rules", openapi_extra=needs(Permission.EDIT))
async def add_rule(platform: PlatformHere, principal: Caller, asked: RuleRequest) -> RuleShape:
    """Add a rule behind the others. The same again is the one there is."""
    with as_problems():
        wanted = conditions_from(asked.when), gives_from(asked.gives)
        return await rule_rows.create_rule(platform, principal.account_id, *wanted, principal.actor)


@router.post("/api/rules/order", openapi_extra=needs(Permission.EDIT))
async def order_rules(platform: PlatformHere, principal: Caller, asked: OrderRequest) -> Rules:
    """Put the rules in another order."""
    with as_problems():
        ordered = await rule_rows.order_rules(platform, principal.account_id, asked.ids, principal.actor)
    return Rules(items=ordered)


@router.post("/api/rules/preview", openapi_extra=needs(Permission.EDIT))
async def preview_rules(platform: PlatformHere, principal: Caller, asked: PreviewRequest) -> rule_acts.RulePreview:
    """What a rule would change of the expenses there are, or all active rules: how many, and some of them."""
    with as_problems():
        if asked.rule is None:
            rules = await rule_rows.load_rules(platform.database, principal.account_id)
        else:
            rules = [Rule("new", conditions_from(asked.rule.when), gives_from(asked.rule.gives))]
        return await rule_acts.preview_rules(platform.database, principal.account_id, rules)


@router.post("/api/rules/apply", openapi_extra=needs(Permission.EDIT))
async def apply_rules(platform: PlatformHere, principal: Caller, asked: ApplyRequest, own_key: OwnKey) -> ActShape:
    """Apply rules to the expenses there are, as one act that can be undone. What a person chose stays."""

    async def prepare() -> JsonObject:
        return rule_acts.rules_asked(await rule_rows.load_rules(platform.database, principal.account_id, asked.ids))

    with as_problems():
        new = NewAct(rule_acts.APPLY_RULES, prepare)
        return await begin_act(platform, PLANS, who(principal), new, own_key)


@router.put("/api/rules/{rule_id}", openapi_extra=needs(Permission.EDIT))
async def alter_rule(platform: PlatformHere, principal: Caller, rule_id: str, asked: RuleRequest) -> RuleShape:
    """Let a rule ask or give something else, or pause it. Expenses that it sorted stay as they are."""
    with as_problems():
        wanted = conditions_from(asked.when), gives_from(asked.gives), asked.state
        return await rule_rows.change_rule(platform, principal.account_id, rule_id, wanted, principal.actor)


@router.delete("/api/rules/{rule_id}", status_code=204, openapi_extra=needs(Permission.EDIT))
async def remove_rule(platform: PlatformHere, principal: Caller, rule_id: str) -> Response:
    """Delete a rule. What it gave stays."""
    with as_problems():
        await rule_rows.delete_rule(platform, principal.account_id, rule_id, principal.actor)
    return Response(status_code=204)


Merchant = Annotated[str, Field(min_length=1, max_length=MAX_MERCHANT_LENGTH)]
Category = Annotated[str, Field(min_length=1, max_length=MAX_CATEGORY_LENGTH)]


class Proposals(Model):
    """At most 50, those with most expenses waiting first."""

    items: list[rule_acts.Proposal]


class Proposed(RequestBody):
    """A proposal, as it was listed."""

    merchant: Merchant
    category: Category


class TakenProposal(Proposed):
    """`always`: make a rule of it as well, so that the merchant's next expenses get the category too."""

    always: Flag = False


@router.get("/api/proposals", openapi_extra=needs(Permission.READ))
async def show_proposals(platform: PlatformHere, principal: Caller) -> Proposals:
    """Categories proposed for merchants' expenses that have none."""
    return Proposals(items=await rule_acts.list_proposals(platform.database, principal.account_id))


@router.post("/api/proposals/apply", openapi_extra=needs(Permission.EDIT))
async def take_proposal(platform: PlatformHere, principal: Caller, asked: TakenProposal, own_key: OwnKey) -> ActShape:
    """Give a merchant's expenses this category, where they have none."""

    async def prepare() -> JsonObject:
        category = checked_name(asked.category)
        if asked.always:
            wanted = Conditions(merchant=asked.merchant), Gives(category=category)
            await create_rule(platform, principal.account_id, *wanted, principal.actor)
        return rule_acts.proposal_asked(asked.merchant, category)

    with as_problems():
        new = NewAct(rule_acts.APPLY_PROPOSAL, prepare)
        return await begin_act(platform, PLANS, who(principal), new, own_key)


@router.post("/api/proposals/dismiss", status_code=204, openapi_extra=needs(Permission.EDIT))
async def dismiss_proposal(platform: PlatformHere, principal: Caller, asked: Proposed) -> Response:
    """Do not propose this again."""
    await rule_acts.dismiss_proposal(platform, principal.account_id, asked.merchant, asked.category, principal.actor)
    return Response(status_code=204)

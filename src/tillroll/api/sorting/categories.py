"""Categories of the account: listed, made, changed, renamed, merged."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.door.own_key import OwnKey
from tillroll.api.needs import needs
from tillroll.api.shapes import Shape
from tillroll.api.sorting.answering import as_problems, who
from tillroll.expenses.sorting.acts.advancing import NewAct, begin_act
from tillroll.expenses.sorting.acts.rows import ActShape
from tillroll.expenses.sorting.categories import renaming
from tillroll.expenses.sorting.categories.beginning import take_over
from tillroll.expenses.sorting.categories.rows import (
    CategoryShape,
    change_category,
    create_category,
    list_categories,
)
from tillroll.expenses.sorting.categories.starters import Chart, Language, StarterSet
from tillroll.expenses.sorting.plans import PLANS
from tillroll.platform.json import JsonObject
from tillroll.platform.shape import Asked

router = APIRouter(tags=["sorting"])

Name = Annotated[str, Field(min_length=1, max_length=200)]
Code = Annotated[str | None, Field(max_length=100)]


class CategoriesShape(Shape):
    """`items` are the names to choose from, the most used first; `categories` have all, archived ones too."""

    items: list[str]
    categories: list[CategoryShape]


class NewCategory(Asked):
    """A name of at most 60 characters; codes as the ledger and the tax software have them, at most 20 characters."""

    name: Name
    ledger_code: Code = None
    tax_code: Code = None


class CategoryChange(Asked):
    """What is left out stays; null takes a code away."""

    ledger_code: Code = None
    tax_code: Code = None
    state: Literal["active", "archived"] = "active"


class NewName(Asked):
    name: Name


class MergeInto(Asked):
    """`into` is the id of the category that stays."""

    into: Name


class StarterRequest(Asked):
    """`chart` says whose account numbers the categories get."""

    set: StarterSet
    language: Language = Language.EN
    chart: Chart = Chart.NONE


class AddedShape(Shape):
    """How many categories were added; those that were there by name stay as they are."""

    added: int


@router.get("/api/categories", openapi_extra=needs(Permission.READ))
async def list_all(platform: PlatformHere, principal: Asking) -> CategoriesShape:
    """The account's categories, the most used first."""
    found = await list_categories(platform.database, principal.account_id)
    return CategoriesShape(items=[each.name for each in found if each.state == "active"], categories=found)


@router.post("/api/categories", openapi_extra=needs(Permission.EDIT))
async def create(platform: PlatformHere, principal: Asking, asked: NewCategory) -> CategoryShape:
    """Make a category. The same again is the one there is."""
    codes = asked.ledger_code, asked.tax_code
    with as_problems():
        return await create_category(platform, principal.account_id, asked.name, codes, principal.actor)


@router.post("/api/categories/starters", openapi_extra=needs(Permission.EDIT))
async def begin_with(platform: PlatformHere, principal: Asking, asked: StarterRequest) -> AddedShape:
    """Take over a set of categories to begin with. Again it adds nothing."""
    chosen = asked.set, asked.language, asked.chart
    return AddedShape(added=await take_over(platform, principal.account_id, *chosen, principal.actor))


@router.patch("/api/categories/{category_id}", openapi_extra=needs(Permission.EDIT))
async def change(platform: PlatformHere, principal: Asking, category_id: str, asked: CategoryChange) -> CategoryShape:
    """Change a category's codes, or archive it. The same again changes nothing."""
    given = asked.model_dump(by_alias=True, exclude_unset=True)
    with as_problems():
        return await change_category(platform, principal.account_id, category_id, given, principal.actor)


@router.post("/api/categories/{category_id}/rename", openapi_extra=needs(Permission.EDIT))
async def rename(
    platform: PlatformHere, principal: Asking, category_id: str, asked: NewName, own_key: OwnKey
) -> ActShape:
    """Rename a category, on all its expenses too. The old name leads to it from then on."""

    async def prepare() -> JsonObject:
        return await renaming.rename_asked(platform.database, principal.account_id, category_id, asked.name)

    with as_problems():
        new = NewAct(renaming.RENAME, prepare)
        return await begin_act(platform, PLANS, who(principal), new, own_key)


@router.post("/api/categories/{category_id}/merge", openapi_extra=needs(Permission.EDIT))
async def merge(
    platform: PlatformHere,
    principal: Asking,
    category_id: str,
    asked: MergeInto,
    own_key: OwnKey,
) -> ActShape:
    """Merge a category into another: its expenses get that one, but for approved ones."""

    async def prepare() -> JsonObject:
        return await renaming.merge_asked(platform.database, principal.account_id, category_id, asked.into)

    with as_problems():
        new = NewAct(renaming.MERGE, prepare)
        return await begin_act(platform, PLANS, who(principal), new, own_key)

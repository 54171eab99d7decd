"""Profiles of exports: what a format takes of them, and what becomes of the file."""

import csv
import io
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.simulation.opening import open_world
from tests.support.drawing import smallest_jpeg
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tests.unit.exports.exporting import content_of, exported
from tillroll.exports import workflow
from tillroll.exports.workflow import EXPORT
from tillroll.exports.writers.formats import FORMATS
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

_DATEV: dict[str, Any] = {
    "datev": {"consultant": 1001, "client": 7},
    "contraAccount": "1740",
    "other": {"account": "4980"},
    "codings": {"Meals": {"account": "4664", "taxCode": "9"}},
}
_MARCH = {"from": "2026-03-01", "to": "2026-03-31"}


@pytest.fixture
async def world() -> World:
    world = await open_world(Faults(), Deployed(EXPORT, {}, REGISTRY.objects_in_use))
    await add_expenses(
        world.host.database, Given(1, category="Meals"), Given(2), Given(3, merchant="Łódź")
    )
    return world


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(world.host.platform) as client:
        yield client


async def make(
    client: httpx.AsyncClient, name: str, format_name: str, **options: Any
) -> dict[str, Any]:
    answer = await client.post(
        "/api/export-profiles", json={"name": name, "format": format_name, "options": options}
    )
    assert answer.status_code == httpx.codes.CREATED, answer.text
    return answer.json()


async def test_an_export_that_failed_or_was_cancelled_does_not_count_as_use_of_its_profile(
    world: World, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def put_bytes(_key: str, _content: bytes, _content_type: str) -> None:
        raise ObjectsUnavailable("the store did not answer")

    async def uses() -> int:
        return (await client.get("/api/export-profiles")).json()["items"][0]["inUse"]

    profile = await make(client, "Sheet", "csv")
    body = {"format": "csv", "profile": profile["id"]}
    with monkeypatch.context() as broken:
        broken.setattr(world.host.pieces.objects, "put_bytes", put_bytes)
        failed = (await client.post("/api/exports", json=body)).json()
        await world.settle()
    assert await uses() == 0
    cancelled = (await client.post("/api/exports", json=body)).json()
    assert await uses() == 1
    await client.post(f"/api/runs/{cancelled['runId']}/cancel", json={"reason": "the wrong month"})
    await world.settle()
    assert await uses() == 0
    await client.post(f"/api/runs/{failed['runId']}/retry", json={"reason": "the store is back"})
    await world.settle()
    assert await uses() == 1


async def test_a_table_is_written_as_a_profile_says(
    world: World, client: httpx.AsyncClient
) -> None:
    options = {
        "columns": ["Total", "Date", "Account", "Tax code"],
        "delimiter": ";",
        "decimalMark": ",",
        "dateForm": "DD.MM.YYYY",
        "codings": {"Meals": {"account": "4664", "taxCode": "9"}},
    }
    profile = await make(client, "Our bookkeeper", "csv", **options)
    export = await exported(world, client, format="csv", profile=profile["id"])
    assert export["profile"] == {"id": profile["id"], "name": "Our bookkeeper"}
    lines = list(
        csv.reader(
            io.StringIO((await content_of(world, export)).decode("utf-8-sig")), delimiter=";"
        )
    )
    assert lines[:3] == [
        ["Total", "Date", "Account", "Tax code"],
        ["12,90", "05.03.2026", "4664", "9"],
        [
            "12,90",
            "05.03.2026",
            "",
            "",
        ],
    ]


@pytest.mark.parametrize(
    ("country", "options", "separator"),
    [
        ("DE", {}, ";"),
        ("FR", {}, ";"),
        ("GB", {}, ","),
        (None, {}, ","),
        ("DE", {"delimiter": ","}, ","),
        ("GB", {"delimiter": "\t"}, "\t"),
    ],
)
async def test_a_table_has_the_separator_of_the_companys_country(
    world: World,
    client: httpx.AsyncClient,
    country: str | None,
    options: dict[str, str],
    separator: str,
) -> None:
    if country is not None:
        await client.patch("/api/company", json={"country": country})
    asked: dict[str, Any] = {"format": "csv"}
    if options:
        asked["profile"] = (await make(client, "Table", "csv", **options))["id"]
    export = await exported(world, client, **asked)
    content = (await content_of(world, export)).decode("utf-8-sig")
    assert content.startswith(f"Date{separator}Merchant{separator}")
    [first, *_] = csv.DictReader(io.StringIO(content, newline=""), delimiter=separator)
    assert (first["Date"], first["Total"]) == ("2026-03-05", "12.90")


async def test_a_categorys_own_codes_are_taken_where_the_profile_is_silent(
    world: World, client: httpx.AsyncClient
) -> None:
    listed = (await client.get("/api/categories")).json()["categories"]
    codes = {"ledgerCode": "4664", "taxCode": "9"}
    assert (await client.patch(f"/api/categories/{listed[0]['id']}", json=codes)).is_success
    columns = ["Account", "Tax code"]
    silent = await make(client, "Silent", "csv", columns=columns)
    says = await make(
        client, "Says", "csv", columns=columns, codings={"Meals": {"account": "6640"}}
    )
    for profile, expected in ((silent, ["4664", "9"]), (says, ["6640", "9"])):
        export = await exported(world, client, format="csv", profile=profile["id"])
        lines = list(csv.reader(io.StringIO((await content_of(world, export)).decode("utf-8-sig"))))
        assert lines[1] == expected


@pytest.mark.parametrize(
    "codes",
    [
        {"ledgerCode": "Food", "taxCode": "VSt"},
        {"ledgerCode": "\u0664\u0669\u0668\u0660", "taxCode": "\u0669"},  # digits of Arabic
    ],
)
async def test_datev_takes_no_code_of_a_category_that_is_no_number(
    world: World,
    client: httpx.AsyncClient,
    codes: dict[str, str],
) -> None:
    listed = (await client.get("/api/categories")).json()["categories"]
    await client.patch(f"/api/categories/{listed[0]['id']}", json=codes)
    profile = await make(client, "Kanzlei", "datev", **{**_DATEV, "codings": {}})
    export = await exported(world, client, format="datev", profile=profile["id"], filter=_MARCH)
    assert b";4980;" in await content_of(world, export)


async def test_datev_says_what_it_could_not_write(world: World, client: httpx.AsyncClient) -> None:
    profile = await make(client, "Kanzlei", "datev", **_DATEV)
    export = await exported(world, client, format="datev", profile=profile["id"], filter=_MARCH)
    [file] = export["files"]
    assert file["fileName"] == "EXTF_expenses_2026-03-01_2026-03-31.datev.csv"
    assert (
        file["remarks"][0]
        == "1 text has marks that Windows-1252 does not have; it was written without: Ł ź"
    )
    assert (await content_of(world, export)).count(b"\r\n") == 5


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({}, "choose a month, or its first and last day"),
        ({"from": "2025-12-01", "to": "2026-01-31"}, "new one begins on 2026-01-01"),
    ],
)
async def test_datev_has_one_fiscal_year(
    client: httpx.AsyncClient, chosen: dict[str, str], says: str
) -> None:
    profile = await make(client, "Kanzlei", "datev", **_DATEV)
    refused = await client.post(
        "/api/exports", json={"format": "datev", "profile": profile["id"], "filter": chosen}
    )
    assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert says in refused.json()["errors"][0]["message"]


async def test_a_format_that_takes_so_many_has_several_files(
    world: World, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflow, "PAGE_EXPENSES", 2)
    monkeypatch.setattr(workflow, "PART_PAGES", 1)
    profile = await make(client, "Xero", "xero-bills", other={"account": "429"})
    export = await exported(world, client, format="xero-bills", profile=profile["id"])
    assert [(file["number"], file["count"]) for file in export["files"]] == [(1, 2), (2, 1)]
    assert [file["fileName"] for file in export["files"]] == [
        "expenses.xero-bills.csv",
        "expenses_2.xero-bills.csv",
    ]
    contents = [await content_of(world, export, number) for number in (1, 2)]
    assert [content.count(b"Green Garden Cafe") for content in contents] == [2, 0]
    assert len(world.host.pieces.objects.content) == 2, "the parts are still there"
    states = await world.rows("SELECT state FROM runs WHERE kind = 'export' ORDER BY id")
    assert [row["state"] for row in states] == ["continued", "written"]


@pytest.mark.parametrize(
    ("format_name", "options", "field"),
    [
        ("jsonl", {"columns": ["Date"]}, "options.columns"),
        ("csv", {"columns": ["Datum"]}, "options.columns"),
        ("csv", {"columns": ["Date", "Date"]}, "options.columns"),
        ("csv", {"decimalMark": ","}, "options.decimalMark"),
        ("csv", {"delimiter": "|"}, "options.delimiter"),
        ("datev", {}, "options.datev"),
        ("datev", {**_DATEV, "contraAccount": "17x"}, "options.contraAccount"),
        (
            "datev",
            {**_DATEV, "codings": {"Meals": {"taxCode": "VSt"}}},
            "options.codings.Meals.taxCode",
        ),
        (
            "datev",
            {**_DATEV, "codings": {"Meals": {"taxCode": "\u0669"}}},
            "options.codings.Meals.taxCode",
        ),
        (
            "datev",
            {**_DATEV, "codings": {"Meals": {"costCenter": "K-1"}}},
            "options.codings.Meals.costCenter",
        ),
        (
            "datev",
            _DATEV | {"other": {"account": "4980", "costCenter": "=1"}},
            "options.other.costCenter",
        ),
        ("datev", {**_DATEV, "datev": {"consultant": 1, "client": 7}}, "options.datev.consultant"),
        ("xero-bills", {}, "options.other.account"),
    ],
)
async def test_what_a_format_cannot_use_is_said(
    client: httpx.AsyncClient, format_name: str, options: dict[str, Any], field: str
) -> None:
    answer = await client.post(
        "/api/export-profiles", json={"name": "x", "format": format_name, "options": options}
    )
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert field in [error["field"] for error in answer.json()["errors"]]


async def test_a_format_that_needs_a_profile_says_so(client: httpx.AsyncClient) -> None:
    refused = await client.post("/api/exports", json={"format": "datev", "filter": _MARCH})
    assert [error["field"] for error in refused.json()["errors"]] == ["profile"]
    profile = await make(client, "Table", "csv")
    other = await client.post("/api/exports", json={"format": "xlsx", "profile": profile["id"]})
    assert "format csv" in other.json()["errors"][0]["message"]


async def test_profiles_are_changed_and_removed_by_their_account(
    world: World, client: httpx.AsyncClient
) -> None:
    profile = await make(client, "Table", "csv", columns=["Date"])
    path = f"/api/export-profiles/{profile['id']}"
    twice = await client.post("/api/export-profiles", json={"name": "Table", "format": "xlsx"})
    assert twice.json()["errors"][0]["field"] == "name"
    changed = await client.put(path, json={"name": "Sheet", "options": {"columns": ["Total"]}})
    assert (changed.json()["name"], changed.json()["options"]["columns"]) == ("Sheet", ["Total"])
    before = await exported(world, client, format="csv", profile=profile["id"])
    assert [
        item["inUse"] for item in (await client.get("/api/export-profiles")).json()["items"]
    ] == [1]
    async with api_client(world.host.platform, OTHER_TOKEN) as other:
        assert (await other.get("/api/export-profiles")).json()["items"] == []
        assert (await other.delete(path)).status_code == httpx.codes.NOT_FOUND
        assert (
            await other.put(path, json={"name": "x", "options": {}})
        ).status_code == httpx.codes.NOT_FOUND
    assert (await client.delete(path)).status_code == httpx.codes.NO_CONTENT
    assert (await client.delete(path)).status_code == httpx.codes.NOT_FOUND
    assert (await client.get(f"/api/exports/{before['id']}")).json()["profile"]["name"] == "Sheet"


async def test_categories_lend_their_codes(world: World, client: httpx.AsyncClient) -> None:
    await world.host.database.batch(
        [
            statement(
                "UPDATE categories SET ledger_code = '4664', tax_code = '8' WHERE name = 'Meals'"
            ),
            statement(
                """
                INSERT INTO categories (id, account_id, name, ledger_code, created_at)
                VALUES ('cat_x', 'acc_first', 'Odd', 'no account!', '2026-01-01T00:00:00.000Z')
                """
            ),
        ]
    )
    profile = await make(client, "Kanzlei", "datev", **{**_DATEV, "codings": {}})
    export = await exported(world, client, format="datev", profile=profile["id"], filter=_MARCH)
    booked = [
        line.split(";")[6:9]
        for line in (await content_of(world, export)).decode("cp1252").split("\r\n")[2:-1]
    ]
    assert booked == [["4664", "1740", '"8"'], ["4980", "1740", '""'], ["4980", "1740", '""']]


async def test_originals_are_handed_on_in_zips_of_bounded_size(
    world: World, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects = world.host.pieces.objects.content
    for row in await world.rows("SELECT id, object_key FROM receipts ORDER BY id LIMIT 2"):
        objects[str(row["object_key"])] = smallest_jpeg(f"photo of {row['id']}".encode())
    # Each original has three bytes by its row.
    monkeypatch.setitem(FORMATS, "zip", replace(FORMATS["zip"], most_bytes=7))
    export = await exported(world, client, format="zip")
    assert [(file["fileName"], file["count"]) for file in export["files"]] == [
        ("expenses.zip", 2),
        ("expenses_2.zip", 1),
    ]
    first = zipfile.ZipFile(io.BytesIO(await content_of(world, export)))
    assert first.testzip() is None
    assert sorted(map(first.read, first.namelist()[:2])) == [
        smallest_jpeg(b"photo of rec_000001"),
        smallest_jpeg(b"photo of rec_000002"),
    ]
    assert export["files"][1]["remarks"] == [
        "1 original is not in the store any more; the index has its expense."
    ]

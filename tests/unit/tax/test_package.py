"""The annual package: one ZIP with originals by month, index, tax report, open points and
checksums.
"""

import hashlib
import io
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from tests.simulation.opening import open_world
from tests.support.drawing import smallest_jpeg
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT
from tests.unit.exports.exporting import content_of, exported
from tillroll.exports.workflow import EXPORT
from tillroll.exports.writers.formats import FORMATS
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

GIVEN = (
    Given(1, date="2026-01-31", total_minor=1_190, tax_minor=190, merchant="Paper & Co."),
    Given(2, date="2026-03-01", merchant="=Kiosk", total_minor=300),
    Given(3, date="2026-03-02", merchant="Later", total_minor=400),
    Given(4, date="2027-01-01", merchant="Next year"),
)
YEAR = {"from": "2026-01-01", "to": "2026-12-31"}


@pytest.fixture
async def world() -> World:
    world = await open_world(Faults(), Deployed(EXPORT, {}, REGISTRY.objects_in_use))
    await add_expenses(world.host.database, *GIVEN)
    await world.host.database.batch(
        [
            statement("UPDATE accounts SET base_currency = 'EUR' WHERE id = ?", [ACCOUNT]),
            statement(
                "INSERT INTO expense_tax_lines VALUES (?, 1, '19', 1000, 190, NULL)", [GIVEN[0].id]
            ),
            statement("UPDATE expenses SET status = 'in_review' WHERE id = ?", [GIVEN[2].id]),
            statement(
                """
                INSERT INTO expense_conversions
                SELECT id, 'EUR', total_minor, tax_minor, '1', date, 'x', NULL, '' FROM expenses
                """
            ),
        ]
    )
    for row in await world.rows("SELECT id, object_key FROM receipts"):
        world.host.pieces.objects.content[str(row["object_key"])] = smallest_jpeg(
            f"photo of {row['id']}".encode()
        )
    return world


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(world.host.platform) as client:
        yield client


async def test_a_package_has_all_that_an_adviser_needs(
    world: World, client: httpx.AsyncClient
) -> None:
    export = await exported(world, client, format="package", filter=YEAR)
    assert export["fileName"] == "expenses_2026-01-01_2026-12-31.package.zip"
    package = zipfile.ZipFile(io.BytesIO(await content_of(world, export)))
    assert package.testzip() is None
    assert package.namelist() == [
        "2026-01/2026-01-31_Paper-Co_11.90-EUR_p_000001.jpg",
        "2026-03/2026-03-01_Kiosk_3.00-EUR_p_000002.jpg",
        *("open-points.csv", "tax-report.csv", "tax-report.pdf", "index.csv", "SHA256SUMS"),
    ]
    sums = dict(line.split("  ")[::-1] for line in package.read("SHA256SUMS").decode().splitlines())
    assert sums == {
        name: hashlib.sha256(package.read(name)).hexdigest()
        for name in package.namelist()
        if name != "SHA256SUMS"
    }
    points = package.read("open-points.csv").decode("utf-8-sig").splitlines()
    assert points[1].startswith("2026-03-02,Later,4.00,EUR,")
    assert points[2].startswith("2026-03-01,'=Kiosk,3.00,EUR,\"No tax line says")
    assert len(points) == 3
    assert (
        "2026-Q1,Tax of the own country,19,1,10.00,1.90,11.90,1.90"
        in package.read("tax-report.csv").decode()
    )
    assert package.read("tax-report.pdf").startswith(b"%PDF-")


async def test_of_several_files_the_last_has_the_reports(
    world: World, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FORMATS, "package", replace(FORMATS["package"], most=1))
    export = await exported(world, client, format="package", filter=YEAR)
    names: list[set[str]] = []
    for file in export["files"]:
        found = await world.rows(
            "SELECT object_key FROM export_files WHERE number = ?", file["number"]
        )
        stored = world.host.pieces.objects.content[str(found[0]["object_key"])]
        names.append({*zipfile.ZipFile(io.BytesIO(stored)).namelist()})
    assert ["tax-report.pdf" in each for each in names] == [False, True]
    assert all({"index.csv", "SHA256SUMS"} <= each for each in names)


@pytest.mark.parametrize(
    "asked", [{"filter": {}}, {"filter": {"from": "2026-01-01"}}, {"filter": YEAR, "onlyNew": True}]
)
async def test_a_package_needs_days(client: httpx.AsyncClient, asked: dict[str, object]) -> None:
    answer = await client.post("/api/exports", json={"format": "package", **asked})
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY

"""Reports in PDF by HTTP: pictures as they are, or scaled down; what cannot be shown; several
files.
"""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from tests.simulation.opening import open_world
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.pdf_reading import attached_to, pictures_of, texts_of
from tests.unit.exports.exporting import content_of, exported
from tests.unit.tillroll_documents.pdf_writer.test_jpeg import jpeg
from tillroll.exports.workflow import EXPORT
from tillroll.exports.writers.formats import FORMATS
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.bindings.models import ImagesQuotaSpent, ImagesUnavailable
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

_UNTIL = {"to": "2026-03-01"}
GIVEN = tuple(
    Given(number, date=f"2026-03-{number:02}", merchant=f"Shop {number}") for number in range(1, 5)
)


@pytest.fixture
async def world() -> World:
    world = await open_world(Faults(), Deployed(EXPORT, {}, REGISTRY.objects_in_use))
    await add_expenses(world.host.database, *GIVEN)
    return world


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(world.host.platform) as client:
        yield client


async def upload(
    world: World, number: int, content: bytes, media_type: str, size: int | None = None
) -> None:
    """What was uploaded for an expense."""
    change = statement(
        "UPDATE receipts SET media_type = ?, size = ? WHERE id = ?",
        [media_type, len(content) if size is None else size, f"rec_{number:06}"],
    )
    await world.host.database.batch([change])
    world.host.pieces.objects.content[f"acc_first/rec_{number:06}/original"] = content


async def test_pictures_are_embedded_scaled_or_attached(
    world: World, client: httpx.AsyncClient
) -> None:
    await upload(world, 1, jpeg(), "image/jpeg")
    await upload(world, 2, jpeg(), "image/jpeg", size=5_000_000)
    await upload(world, 3, b"broken heic", "image/heic")
    await upload(world, 4, b"%PDF-1.4", "application/pdf")
    export = await exported(
        world, client, format="pdf", filter={"from": "2026-03-01", "min": "1.00"}
    )
    assert export["fileName"] == "expenses_2026-03-01.pdf"
    content = await content_of(world, export)
    texts = texts_of(content)
    assert "From amount 1" in texts[0]
    assert "by Ann" in texts[0]
    assert pictures_of(content)[2:] == [[(40, 24)], [(3, 4)], [], []]
    assert "Handed in by Ann" in texts[2]
    assert [*attached_to(content)] == ["003.heic", "004.pdf"]
    assert export["files"][0]["remarks"] == [
        "1 picture could not be shown; it is attached as it is."
    ]


async def test_scanned_pages_are_shown_as_they_were_read(
    world: World, client: httpx.AsyncClient
) -> None:
    await upload(world, 1, b"%PDF-1.4", "application/pdf")
    objects = world.host.pieces.objects.content
    for name in ("page-1", "page-2", "page-10", "page-3-ocr.json", "transcript/x.json"):
        objects[f"acc_first/rec_000001/{name}"] = b"broken" if name == "page-2" else name.encode()
    content = await content_of(
        world, await exported(world, client, format="pdf", filter={"to": "2026-03-01"})
    )
    texts = texts_of(content)
    assert [text.partition("Page ")[2].partition(",")[0] for text in texts[2:]] == ["1", "10"]
    assert attached_to(content) == {"001.pdf": [b"%PDF-1.4"]}


async def test_a_large_photo_that_cannot_be_scaled_is_embedded_as_it_is(
    world: World, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await upload(world, 1, jpeg(), "image/jpeg", size=5_000_000)

    async def unscaled(*_: object, **__: object) -> bytes:
        return b"no picture"

    monkeypatch.setattr(type(world.host.platform.images), "as_jpeg", unscaled)
    content = await content_of(
        world, await exported(world, client, format="pdf", filter={"to": "2026-03-01"})
    )
    assert pictures_of(content)[2] == [(40, 24)]


async def test_a_report_waits_for_images_and_does_without_where_the_month_is_spent(
    world: World, client: httpx.AsyncClient
) -> None:
    """Nothing of the original is lost: where it cannot be scaled, it is embedded as it is."""
    await upload(world, 1, jpeg(), "image/jpeg", size=5_000_000)
    world.host.pieces.images.failures = [ImagesUnavailable("Network connection lost.")]
    scaled = await content_of(world, await exported(world, client, format="pdf", filter=_UNTIL))
    assert pictures_of(scaled)[2] == [(3, 4)]
    world.host.pieces.images.failures = [ImagesQuotaSpent("9422: used up")]
    original = await content_of(world, await exported(world, client, format="pdf", filter=_UNTIL))
    assert pictures_of(original)[2] == [(40, 24)]


async def test_several_files_each_by_itself(
    world: World, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert FORMATS["pdf"].most == 100
    monkeypatch.setitem(FORMATS, "pdf", replace(FORMATS["pdf"], most=3))
    export = await exported(world, client, format="pdf")
    assert [file["fileName"] for file in export["files"]] == ["expenses.pdf", "expenses_2.pdf"]
    second = texts_of(await content_of(world, export, 2))
    assert "Part 2; numbers and totals are those of this part" in second[0]
    assert "1 2026-03-04 Shop 4" in second[1]


async def test_what_is_new_is_said(world: World, client: httpx.AsyncClient) -> None:
    await exported(world, client, format="pdf", onlyNew=True, filter={"to": "2026-03-03"})
    export = await exported(world, client, format="pdf", onlyNew=True)
    texts = texts_of(await content_of(world, export))
    assert "Holds what is new since the last report" in texts[0]
    assert "Shop 4" in texts[1]
    assert "Shop 3" not in texts[1]


async def test_a_profile_says_the_form_of_amounts_and_days(
    world: World, client: httpx.AsyncClient
) -> None:
    profile = {
        "name": "German",
        "format": "pdf",
        "options": {"decimalMark": ",", "dateForm": "DD.MM.YYYY"},
    }
    made = (await client.post("/api/export-profiles", json=profile)).raise_for_status().json()
    export = await exported(world, client, format="pdf", profile=made["id"])
    assert "01.03.2026 Shop 1 Ann 12,90 EUR" in texts_of(await content_of(world, export))[1]
    refused = {"name": "Other", "format": "pdf", "options": {"delimiter": ";"}}
    assert (
        await client.post("/api/export-profiles", json=refused)
    ).status_code == httpx.codes.UNPROCESSABLE_ENTITY


async def test_nothing_is_a_report_too(world: World, client: httpx.AsyncClient) -> None:
    export = await exported(world, client, format="pdf", filter={"from": "2030-01-01"})
    assert "Expenses 0" in texts_of(await content_of(world, export))[0]

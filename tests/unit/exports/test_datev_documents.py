"""DATEV's document package, by a reader of its published rules, and how the batch leads to it.

The rules are those of document.xml 6.0 and of `Beleglink` on developer.datev.de.
"""

import io
import re
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from xml.etree import ElementTree

import httpx
import pytest

from tests.simulation.opening import open_world
from tests.support.drawing import smallest_jpeg
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.unit.exports.expenses import MARCH, an_expense
from tests.unit.exports.exporting import change, content_of, exported
from tests.unit.exports.test_datev_file import read as read_batch
from tests.unit.exports.test_datev_file import written
from tillroll.expenses.exported import ExportedExpense
from tillroll.exports.workflow import EXPORT
from tillroll.exports.writers.datev_documents import DatevDocumentsWriter
from tillroll.exports.writers.tables import Original
from tillroll.workflows.registry import REGISTRY
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

_NAMESPACE = "{http://xml.datev.de/bedi/tps/document/v06.0}"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_GUID = r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"
_SHOWN = {"pdf", "jpg", "png", "tif", "bmp", "gif", "txt", "xml"}


@pytest.fixture
async def world() -> World:
    world = await open_world(Faults(), Deployed(EXPORT, {}, REGISTRY.objects_in_use))
    await add_expenses(world.host.database, Given(1), Given(2), Given(3))
    return world


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(world.host.platform) as client:
        yield client


def read_package(content: bytes) -> dict[str, tuple[str, bytes]]:
    """The documents by their GUIDs, each with its name.

    Raises:
        AssertionError: it breaks a rule.
    """
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    names = archive.namelist()
    assert names.count("document.xml") == 1
    root = ElementTree.fromstring(archive.read("document.xml"))  # noqa: S314 - the test's own
    assert root.tag == f"{_NAMESPACE}archive"
    assert root.get("version") == "6.0"
    assert root.get("generatingSystem")
    made_at = root.findtext(f"{_NAMESPACE}header/{_NAMESPACE}date") or ""
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", made_at)
    documents = dict[str, tuple[str, bytes]]()
    for document in root.findall(f"{_NAMESPACE}content/{_NAMESPACE}document"):
        [extension] = document
        assert extension.tag == f"{_NAMESPACE}extension"
        assert extension.get(_TYPE) == "File"
        guid = document.get("guid") or ""
        assert re.fullmatch(_GUID, guid)
        assert guid not in documents
        name = extension.get("name") or ""
        assert name.rpartition(".")[2] in _SHOWN
        assert "/" not in name
        documents[guid] = (name, archive.read(name))
    assert {name for name, _ in documents.values()} == {*names} - {"document.xml"}
    return documents


def package(
    *given: tuple[ExportedExpense, Original | None],
) -> tuple[dict[str, tuple[str, bytes]], list[str]]:
    writer = DatevDocumentsWriter(MARCH)
    content = b"".join([writer.begin(), *(writer.add_with(*each) for each in given), writer.end()])
    return read_package(content), list(writer.remarks())


def test_each_booking_leads_to_its_document() -> None:
    first = an_expense(id="exp_01ABCDEFGH", receipt_id="rec_1")
    second = an_expense(id="exp_02ABCDEFGH", receipt_id="rec_2", merchant='Tom & "Jerry" <Bar>')
    documents, remarks = package(
        (first, Original(b"photo", "image/jpeg")), (second, Original(b"<x/>", "application/xml"))
    )
    assert remarks == []
    batch, _ = written(first, second)
    links = [booking["Beleglink"] for booking in read_batch(batch)]
    assert [documents[link.split('"')[1]][1] for link in links] == [b"photo", b"<x/>"]
    assert all(re.fullmatch(f'BEDI "{_GUID}"', link) for link in links)


def test_parts_of_a_document_are_one_file() -> None:
    one = an_expense(id="exp_01ABCDEFGH", receipt_id="rec_1")
    other = an_expense(id="exp_02ABCDEFGH", receipt_id="rec_1")
    original = Original(b"%PDF", "application/pdf")
    documents, _ = package((one, original), (other, original))
    assert len(documents) == 1


def test_what_takes_back_has_no_document_and_is_not_missed() -> None:
    documents, remarks = package((an_expense(corrects="xpt_1"), None))
    assert (documents, remarks) == ({}, [])


@pytest.mark.parametrize(
    ("original", "says"),
    [
        (None, "not in the store any more"),
        (Original(b"?", "image/heic"), "of a kind that DATEV does not show"),
    ],
    ids=["gone", "another kind"],
)
def test_a_booking_without_a_document_is_remarked(original: Original | None, says: str) -> None:
    documents, [remark] = package((an_expense(), original))
    assert documents == {}
    assert says in remark


async def test_an_export_has_what_is_in_the_store(world: World, client: httpx.AsyncClient) -> None:
    objects = world.host.pieces.objects.content
    rows = await world.rows("SELECT id, object_key FROM receipts ORDER BY id LIMIT 2")
    for row in rows:
        objects[str(row["object_key"])] = smallest_jpeg(f"photo of {row['id']}".encode())
    export = await exported(world, client, format="datev-documents")
    [file] = export["files"]
    assert file["fileName"] == "expenses.datev-documents.zip"
    documents = read_package(await content_of(world, export))
    assert {content for _, content in documents.values()} == {
        smallest_jpeg(b"photo of rec_000001"),
        smallest_jpeg(b"photo of rec_000002"),
    }
    assert file["remarks"] == [
        "1 document is not in the store any more: its bookings lead to none."
    ]


async def test_corrections_bring_no_file_without_a_document(
    world: World, client: httpx.AsyncClient
) -> None:
    for row in await world.rows("SELECT object_key FROM receipts"):
        world.host.pieces.objects.content[str(row["object_key"])] = smallest_jpeg(b"a photo")
    await exported(world, client, format="datev-documents", onlyNew=True)
    await change(world, "total_minor = 2000 WHERE id = ?", "exp_000001")
    world.host.pieces.clock.advance(timedelta(minutes=1))
    second = await exported(world, client, format="datev-documents", onlyNew=True)
    assert (second["count"], second["corrections"]) == (2, 1)
    assert [file["number"] for file in second["files"]] == [1]
    assert second["files"][0]["fileName"] == second["fileName"]
    documents = read_package(await content_of(world, second))
    assert [content for _, content in documents.values()] == [smallest_jpeg(b"a photo")]
    kept = [key for key in world.host.pieces.objects.content if "/part-" in key]
    assert kept == [], "the part of corrections is removed as well"

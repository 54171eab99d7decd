"""What is handed out of a receipt: pictures without what they tell, and documents that cannot
act.
"""

import pytest

from tests.simulation.receipts import NO_TOTAL, open_receipts, upload
from tests.support.host_platform import ACCOUNT, TOKEN
from tests.unit.exports.expenses import an_expense
from tests.unit.tillroll_documents.pictures import samples
from tillroll.api.answers import ObjectReply, PictureReply
from tillroll.exports.files import original_of
from tillroll.receipts.native import show_image
from tillroll_documents.pictures.bare import bare
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World


async def served(
    media_type: str, width: str | None = None, **asked: str
) -> ObjectReply | PictureReply:
    world: World = await open_receipts(Faults(), NO_TOTAL)
    await upload(world)
    await world.rows("UPDATE receipts SET media_type = ?", media_type)
    [receipt] = await world.rows("SELECT id FROM receipts")
    headers = {"authorization": f"Bearer {TOKEN}", **asked}
    return await show_image(world.host.platform, headers.get, str(receipt["id"]), width)


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png", "image/webp", "image/heic"])
async def test_a_picture_is_handed_out_bare(media_type: str) -> None:
    reply = await served(media_type)
    assert isinstance(reply, ObjectReply)
    assert reply.picture == media_type


@pytest.mark.parametrize(
    "media_type",
    [
        "image/jpeg",
        "image/heic",
        "application/pdf",
        "application/xml",
        "application/vnd.tillroll.voucher+json",
    ],
)
async def test_nothing_that_was_uploaded_can_act(media_type: str) -> None:
    """Opened by itself: in a sandbox without scripts, never as another type, never for another
    origin.
    """
    headers = (await served(media_type)).headers
    policy = headers["content-security-policy"]
    assert {"default-src 'none'", "sandbox"} <= {part.strip() for part in policy.split(";")}
    assert headers["x-content-type-options"] == "nosniff"
    assert not headers["content-type"].startswith(
        ("text/html", "image/svg", "text/xml", "application/xhtml")
    )


@pytest.mark.parametrize(
    "asked", [{}, {"sec-fetch-dest": "iframe", "sec-fetch-site": "same-origin"}]
)
async def test_a_pdf_is_saved(asked: dict[str, str]) -> None:
    """The page draws it; a browser's own viewer would have to start outside of a sandbox."""
    headers = (await served("application/pdf", **asked)).headers
    assert headers["content-disposition"] == 'attachment; filename="receipt.pdf"'


async def test_the_original_in_an_export_is_bare() -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    await upload(world)
    [receipt] = await world.rows("SELECT id, object_key FROM receipts")
    await world.host.pieces.objects.put_bytes(
        str(receipt["object_key"]), samples.jpeg(), "image/jpeg"
    )
    original = await original_of(
        world.host.platform, ACCOUNT, an_expense(receipt_id=str(receipt["id"]))
    )
    assert original is not None
    assert original.content == bare("image/jpeg", samples.jpeg())

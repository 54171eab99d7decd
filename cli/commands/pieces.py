"""Pieces of documents: how `tillroll review` finds and splits them."""

from pathlib import Path
from typing import TYPE_CHECKING

from tillroll_command.endings import Code, Stopped

from ..session import Session

if TYPE_CHECKING:
    from ..client.api import JsonObject


def say_pieces(here: Session, run: "JsonObject") -> None:
    """How a PDF could be split, or photos joined, as their texts say."""
    receipt: JsonObject = run.get("receipt") or {}
    media_type = str(receipt.get("mediaType"))
    is_asked = media_type == "application/pdf" and "several_receipts" in run["review"]["reasons"]
    if not (is_asked or media_type.startswith("image/")):
        return
    found = here.api.get(f"/api/receipts/{receipt['id']}/pieces")
    if pages := found["beginsAt"]:
        options = " ".join(f"--begins-at {page}" for page in pages)
        here.show.say(
            f"  Another document seems to begin on page {', '.join(map(str, pages))}: split with "
            f"{options}"
        )
    if photos := found["photos"]:
        fields = " ".join(f"-f receiptIds={photo['receiptId']}" for photo in photos)
        here.show.say(
            "  These photos seem to be one receipt: "
            f"`tillroll api POST /api/receipts/joined {fields}` joins them."
        )


def split(here: Session, run_id: str, parts: list[Path], begins_at: list[int]) -> int:
    """Hand in the parts of a photo, or name the pages of a PDF; sent again, they are the same."""
    from ..client.problems import told
    from ..upload.sending import read

    run = here.api.get(f"/api/runs/{run_id}")
    if not run.get("receipt"):
        raise Stopped(Code.USAGE, f"{run_id} has no document that could be split.")
    path = f"/api/receipts/{run['receipt']['id']}"
    if begins_at:
        done = here.api.send("POST", f"{path}/split", {"beginsAt": sorted({*begins_at})})
    else:
        files = [("part", (part.name, read(part), "application/octet-stream")) for part in parts]
        done = told(here.api.answer("POST", f"{path}/parts", files=files))
    if here.as_json:
        here.show.document(done)
        return Code.DONE
    here.show.say(f"{run_id}: split into {len(done['parts'])} receipts.")
    for part in done["parts"]:
        here.show.say(f"  {part['runId']}  {part['status'].replace('_', ' ')}")
    return Code.DONE

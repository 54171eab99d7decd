"""`tillroll join` and `tillroll undo`: pieces of documents. `tillroll review` splits."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..endings import Code, Stopped
from ..session import Session, session
from ..shared_options import taking

if TYPE_CHECKING:
    from ..client.api import JsonObject


@taking(session)
def join(
    here: Session,
    run_ids: Annotated[
        list[str],
        typer.Argument(
            metavar="ID...", help="Runs of photos, run_…, in the order of the paper: 2 to 5."
        ),
    ],
) -> int:
    """Join photos of one long receipt that wait for a person: they are read as one receipt."""
    runs = [here.api.get(f"/api/runs/{run_id}") for run_id in run_ids]
    for run in runs:
        if not run.get("receipt"):
            raise Stopped(Code.USAGE, f"{run['id']} has no picture that could be joined.")
    body = {"receiptIds": [run["receipt"]["id"] for run in runs]}
    done = here.api.send("POST", "/api/receipts/joined", body)
    if here.as_json:
        here.show.document(done)
    else:
        here.show.say(f"Joined into {done['runId']}: {done['status'].replace('_', ' ')}.")
    return Code.DONE


@taking(session)
def undo(
    here: Session,
    run_id: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="A run of the document that was split or joined, or of a piece of it.",
        ),
    ],
) -> int:
    """Undo a split, or a joining of photos: what was made is rejected or voided, and the document
    is read again.
    """
    run = here.api.get(f"/api/runs/{run_id}")
    links: JsonObject = run.get("links") or {}
    act = "split" if links.get("parts") or links.get("splitOf") else "join"
    made, whole = ("parts", "splitOf") if act == "split" else ("photos", "joinedInto")
    if not (links.get(made) or links.get(whole)):
        raise Stopped(Code.USAGE, f"{run_id} was neither split nor joined.")
    receipt_id = run["receipt"]["id"] if links[made] else links[whole]["receiptId"]
    done = here.api.send("POST", f"/api/receipts/{receipt_id}/undo", {"act": act})
    if here.as_json:
        here.show.document(done)
        return Code.DONE
    here.show.say("The split is undone." if act == "split" else "The joining is undone.")
    for each in done["receipts"]:
        here.show.say(f"  {each['runId']}  {each['status'].replace('_', ' ')}")
    return Code.DONE


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
        runs = " ".join(photo["runId"] for photo in photos)
        here.show.say(f"  These photos seem to be one receipt: `tillroll join {runs}`")


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

"""What comes of the owner's photos: each format, a turned one, what models answered, and their
cost.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from cli.operations.verifying.deployment import Deployment
from cli.operations.verifying.lines import Finding, failed, not_proven, proven
from cli.operations.verifying.reading import Reading
from cli.upload.sending import send_file
from tillroll_command.endings import Stopped
from tillroll_documents.pictures.pieces import UPRIGHT, orientation_of

FORMATS: Final = {
    "JPEG": (".jpg", ".jpeg"),
    "PNG": (".png",),
    "WebP": (".webp",),
    "HEIC": (".heic", ".heif"),
}
TURNED: Final = "a turned photo (EXIF)"
_EXIF: Final = b"Exif\0\0"
_HEAD_BYTES: Final = 128 * 1024
_READ: Final = {"complete", "needs_review"}
_LEAST_LINES: Final = 3
_CUT: Final = "transcript_cut"
_ENDED: Final = {"completed", "failed", "rolled_back"}
_MOST_CALLS: Final = 100


def photos_in(format_name: str) -> Callable[[Deployment], Finding]:
    """What comes of the photos in a format of FORMATS."""

    def check(deployment: Deployment) -> Finding:
        suffixes = FORMATS[format_name]
        photos = [each for each in deployment.photos if each.suffix.lower() in suffixes]
        return _found(
            deployment, photos, f"give a folder with one by --photos: {', '.join(suffixes)}"
        )

    return check


def turned_photos(deployment: Deployment) -> Finding:
    photos = [each for each in deployment.photos if _is_turned(each)]
    return _found(
        deployment, photos, "give a folder by --photos with a JPEG that a phone took upright"
    )


def model_answers(deployment: Deployment) -> Finding:
    """By the ledger of calls, and by the runs of the photos: `finish_reason` says that a transcript
    was cut.
    """
    calls = _calls(deployment)
    if not calls:
        return not_proven("no model was asked yet: give photos by --photos")
    useless = [each for each in calls if each["reason"] or each["state"] == "failed"]
    silent = [each for each in calls if each["state"] != "failed" and each["outputTokens"] is None]
    cut = [each for each in deployment.readings.values() if _CUT in each.reasons]
    text = (
        f"{len(calls)} calls: {len(useless)} failed or were of no use, {len(silent)} say no "
        f"tokens; of {len(deployment.readings)} photos {len(cut)} were cut by their finish_reason"
    )
    return failed(text) if useless or silent or cut else proven(text)


def prices(deployment: Deployment) -> Finding:
    """Only the bill proves a price; that each model has one is seen."""
    calls = _calls(deployment)
    if not calls:
        return not_proven("no model was asked yet: give photos by --photos")
    unpriced = sorted({each["model"] for each in calls if each["costMicroUsd"] is None})
    if unpriced:
        return failed(f"no cost is known of {', '.join(unpriced)}: name its price in AI_PRICES")
    dollars = sum(each["costMicroUsd"] for each in calls) / 1_000_000
    return not_proven(
        f"{len(calls)} calls cost {dollars:.4f} dollars by AI_PRICES: compare Workers AI's page"
    )


def _calls(deployment: Deployment) -> list[dict[str, Any]]:
    """Calls of the checks' account that have ended, the newest ones."""
    calls = deployment.api.get("/api/ai-calls", {"limit": _MOST_CALLS})["items"]
    return [each for each in calls if each["state"] in _ENDED]


def _found(deployment: Deployment, photos: list[Path], advice: str) -> Finding:
    if not photos:
        return not_proven(advice)
    troubles: list[str] = []
    for photo in photos:
        reading = _reading(deployment, photo)
        if reading.trouble:
            troubles.append(f"{photo.name}: {reading.trouble}")
    if troubles:
        return failed("; ".join(troubles))
    lines = [deployment.readings[each].lines for each in photos]
    return proven(f"{len(photos)} read, with {min(lines)} to {max(lines)} lines of text")


def _reading(deployment: Deployment, photo: Path) -> Reading:
    """Each photo is uploaded once, however many lines ask for it."""
    if photo not in deployment.readings:
        try:
            deployment.readings[photo] = _read(deployment, photo)
        except Stopped as stopped:
            deployment.readings[photo] = Reading(trouble=f"{stopped}")
    return deployment.readings[photo]


def _read(deployment: Deployment, photo: Path) -> Reading:
    sent = send_file(deployment.api, photo)
    if not sent.run_id:
        return Reading(trouble=f"refused: {sent.says}")
    status = deployment.settled(sent.run_id)
    if status not in _READ:
        return Reading(sent.run_id, trouble=f"{sent.run_id} is {status}")
    run = deployment.api.get(f"/api/runs/{sent.run_id}")
    review: dict[str, Any] | None = run["review"]
    transcript: dict[str, Any] | None = run["transcript"]
    reasons = () if review is None else tuple(review["reasons"])
    lines = 0 if transcript is None else len(transcript["lines"])
    trouble = ""
    if lines < _LEAST_LINES:
        trouble = f"{sent.run_id} has {lines} lines of text"
    return Reading(sent.run_id, lines, reasons, trouble)


def _is_turned(photo: Path) -> bool:
    """Whether a JPEG says that it does not stand upright."""
    if photo.suffix.lower() not in FORMATS["JPEG"]:
        return False
    with photo.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    _, marker, tiff = head.partition(_EXIF)
    return bool(marker) and orientation_of(tiff) != UPRIGHT

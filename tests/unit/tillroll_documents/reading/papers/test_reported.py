"""Papers after public bug reports and published forms, in words of our own: `reported/truth.json` says what each must come
to, and after what it was made."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.unit.tillroll_documents.reading.as_uploaded import read_hybrid, read_text, read_xml
from tillroll_documents.reading.receipt import Reading

_FOLDER: Final = Path(__file__).parent / "reported"
_TRUTHS: Final[dict[str, dict[str, Any]]] = json.loads(
    (_FOLDER / "truth.json").read_text(encoding="utf-8")
)
_NOT_YET: Final = frozenset(
    line
    for line in (_FOLDER / "not_yet.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
"""Papers that do not come to it yet. Who mends one takes its name away."""


async def _read(name: str) -> Reading | None:
    truth = _TRUTHS[name]
    path = _FOLDER / truth.get("file", f"{name}.txt")
    match path.suffix:
        case ".xml":
            return read_xml(path.read_bytes())
        case ".pdf":
            return await read_hybrid(path.read_bytes())
        case _:
            text = path.read_text(encoding="utf-8")
            return read_text(text, truth["currency"], is_digital=truth["digital"])


def _wrong(name: str, reading: Reading) -> dict[str, object]:
    """The fields that were read otherwise than the truth says, with what was read."""
    read = reading.extraction
    values = {
        "total": read.total.value,
        "date": str(read.date.value),
        "currency": read.currency.value,
    }
    expected = dict(_TRUTHS[name].get("expect", {}))
    part = expected.pop("merchant_contains", "")
    wrong: dict[str, object] = {
        field: values[field] for field in expected if values[field] != expected[field]
    }
    if part.casefold() not in (read.merchant.value or "").casefold():
        wrong["merchant"] = read.merchant.value
    return wrong


def _fault(name: str, reading: Reading | None) -> str | None:
    """What is otherwise than it must be, if anything."""
    if reading is None:
        reasons = ("refused",)
        is_accepted = False
        wrong: dict[str, object] = {"file": "refused"}
    else:
        reasons = reading.reasons
        is_accepted = reading.accepted
        wrong = _wrong(name, reading)
    match _TRUTHS[name]["must"]:
        case "asked":
            return "accepted" if is_accepted else None
        case "right_or_asked":
            return f"accepted with {wrong}" if is_accepted and wrong else None
        case "proposed":
            return f"proposed {wrong}" if wrong else None
        case must:
            assert must == "accepted"
            if not is_accepted:
                return f"asked: {', '.join(reasons)}"
            return f"accepted with {wrong}" if wrong else None


@pytest.mark.parametrize("name", _TRUTHS)
async def test_a_reported_paper_comes_to_what_it_must(name: str) -> None:
    fault = _fault(name, await _read(name))
    if name in _NOT_YET:
        assert fault is not None, f"{name} holds now: take it out of reported/not_yet.txt"
    else:
        assert fault is None


def test_what_does_not_hold_yet_is_a_paper() -> None:
    assert _TRUTHS.keys() >= _NOT_YET

"""How names are read on copies of known receipts that are made harder, as paper of other shops may
be.

Usage: python -m bench.unseen_names TRANSCRIPTS TRUTH_JSON [TRANSCRIPTS TRUTH_JSON …] [--currency
MYR] [--show WAY]

Each copy is changed in one way: a note or a number above the head, no register's number, the name
on one line only, slips of OCR, or the words for what the shop is replaced by invented ones, as
other trades are unknown. Receipts that are read wrong as they are do not count. A shop is right
where either name is near the truth.
"""

import random
import re
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from bench.confidence import is_shop, sure
from bench.labelled_transcripts import Receipt, load
from bench.report import parser, publishing
from bench.slips import misread
from bench.truth import merchant_key
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.receipt import read
from tillroll_documents.reading.text.vocabulary import find_concepts

REPEATS = 3
LEVELS = (0.95, 0.9, 0.5, 0.0)
_NOTES = (
    "31803014", "A04120", "Jasun", "Cele", "ah keong", "lMir yk~140", "Sew Ling", "P/V 221", "(P).",
    "2", "R", "Makan",
    "bill tea", "Mr Tan", "POSTED", "TAX INVOICE", "Petty Cash", "Kak Ros", "No 12", "ABC 1234",
    "Stationery", "Lunch",
    "For office", "3-1708032", "Paid", "Project A", "14/3", "RM 45", "Toll", "Cust: Lim",
    "MBB 264100", "ok", "M",
)  # fmt: skip
_NUMBERED = re.compile(
    r"\W*[A-Z]{0,2}\d{5,}\s?-\s?[A-Z]\W*|.*\b(?:reg|co)\b.?\s?no.*", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_KINDS = frozenset({Concept.TRADE, Concept.FIRM, Concept.CUISINE, Concept.ADDRESS})
_SYLLABLES = "ba ke li mo su ra ti no gu pe da fi lo mu sha vi tor zen kal bri ost wen".split()  # noqa: SIM905 - easier to read
_PREFIX = 8
"""Letters and digits by which another print of a name is known."""


def _noted(receipt: Receipt, chance: random.Random) -> Receipt:
    return _with(receipt, f"{chance.choice(_NOTES)}\n{receipt.transcript.text}")


def _unnumbered(receipt: Receipt, _: random.Random) -> Receipt:
    lines = receipt.transcript.text.split("\n")
    return _with(receipt, "\n".join(line for line in lines if not _NUMBERED.fullmatch(line)))


def _once(receipt: Receipt, _: random.Random) -> Receipt:
    """The name's later prints taken out."""
    key = receipt.truth.shop[:_PREFIX]
    kept: list[str] = []
    for line in receipt.transcript.text.split("\n"):
        if key not in merchant_key(line) or not any(key in merchant_key(above) for above in kept):
            kept.append(line)
    return _with(receipt, "\n".join(kept))


def _misread(receipt: Receipt, chance: random.Random) -> Receipt:
    return _with(receipt, misread(receipt.transcript.text, chance, 0.03))


def _masked(receipt: Receipt, chance: random.Random) -> Receipt:
    """The words of the name that the vocabulary knows replaced by invented ones, wherever they
    stand.
    """
    words = (word for word in _WORD.findall(receipt.truth.merchant) if _is_known(word))
    invented = {word.casefold(): "".join(chance.choices(_SYLLABLES, k=3)).upper() for word in words}

    def put(match: re.Match[str]) -> str:
        new = invented.get(match[0].casefold(), match[0])
        return new if match[0].isupper() else new.capitalize() if new != match[0] else new

    truth = replace(receipt.truth, merchant=_WORD.sub(put, receipt.truth.merchant))
    return replace(_with(receipt, _WORD.sub(put, receipt.transcript.text)), truth=truth)


def _is_known(word: str) -> bool:
    return any(found.concept in _KINDS for found in find_concepts(word, frozenset({"en", "ms"})))


def _with(receipt: Receipt, text: str) -> Receipt:
    return replace(receipt, transcript=Transcript.from_text(text))


WAYS: Mapping[str, Callable[[Receipt, random.Random], Receipt]] = {
    "a note or a number above the head": _noted,
    "no register's number": _unnumbered,
    "the name on one line only": _once,
    "3 % of the characters misread": _misread,
    "trades nobody knows": _masked,
    "a note, no number, 3 % misread": lambda r, chance: _misread(
        _unnumbered(_noted(r, chance), chance), chance
    ),
    "a note, and trades nobody knows": lambda r, chance: _noted(_masked(r, chance), chance),
}


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("folders", type=Path, nargs="+", metavar="TRANSCRIPTS TRUTH_JSON")
    asked.add_argument(
        "--currency", default="MYR", help="the account's own currency, an ISO 4217 code"
    )
    asked.add_argument("--show", help="print the misses of the ways that begin so")
    arguments = asked.parse_args()
    if len(arguments.folders) % 2:
        asked.error("give each folder of transcripts with its truth.json")
    with publishing("unseen_names", write=arguments.write):
        _report(arguments)


def _report(arguments: Namespace) -> None:
    pairs = zip(arguments.folders[::2], arguments.folders[1::2], strict=True)
    receipts = [receipt for folder, truth in pairs for receipt in load(folder, truth)]
    known = [
        r for r in receipts if is_shop(r, read(r.transcript, default_currency=arguments.currency))
    ]
    print(f"{len(known)} receipts, each {REPEATS} times")
    levels = "".join(f"{f'sure {level} and more':>24}" for level in LEVELS)
    print(f"{'':36}{'near':>8}{'accepted':>10}{'near of these':>15}{levels}")
    for way, change in WAYS.items():
        chance = random.Random(1)
        told: list[tuple[bool, bool, float]] = []
        for receipt in known * REPEATS:
            copy = change(receipt, chance)
            reading = read(copy.transcript, default_currency=arguments.currency)
            told.append((is_shop(copy, reading), reading.accepted, sure("shop", reading) or 0.0))
            if arguments.show and way.startswith(arguments.show) and not told[-1][0]:
                got = reading.extraction
                print(
                    f"{copy.name}: {got.merchant.value} | {got.registered_name.value} | "
                    f"{copy.truth.merchant}"
                )
        accepted = [each for each, is_accepted, _ in told if is_accepted]
        near = _share([each for each, _, _ in told])
        counts = "".join(
            f"{_told([each for each, _, at in told if _level(at) == level]):>24}"
            for level in LEVELS
        )
        print(f"{way:36}{near:>8}{len(accepted) / len(told):>10.1%}{_share(accepted):>15}{counts}")


def _level(confidence: float) -> float:
    return next(level for level in LEVELS if confidence >= level)


def _told(near: list[bool]) -> str:
    return f"{sum(near)} of {len(near)}"


def _share(near: list[bool]) -> str:
    return f"{sum(near) / max(1, len(near)):.1%}"


if __name__ == "__main__":
    main()

"""How right the rules are on invented receipts that are drawn, worn (`worn_print`) and read back by
the local OCR.

Usage: python -m bench.generated_photos [--count 200] [--seed 1] [--wear 0 0.4 0.7 1.0]
[--transcripts FOLDER] [--show]

Unlike `generated`, whose slips are independent of each other, slips come here as they do on paper:
many on one receipt and none on the next. Japanese receipts are left out, since no font at hand
draws them. With a folder the transcripts are kept there and not made again.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bench.generated import TODAY, print_receipts, right
from bench.report import parser, publishing
from bench.worn_print import worn
from tests.support.drawing import draw_receipt
from tests.unit.tillroll_documents.reading.printing import Printed
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import read

_DRAWN_CURRENCIES_NOT = frozenset({"JPY"})


def transcripts(printed: Sequence[Printed], wear: float, folder: Path | None) -> list[str]:
    """What OCR reads on each; kept in the folder as `WEAR-HASH.txt`."""
    hashes = [hashlib.sha256(receipt.text.encode()).hexdigest()[:16] for receipt in printed]
    kept = (
        {number: folder / f"{wear}-{digest}.txt" for number, digest in enumerate(hashes)}
        if folder
        else {}
    )
    missing = [
        number for number in range(len(printed)) if number not in kept or not kept[number].exists()
    ]
    read_now: dict[int, str] = {}
    if missing:
        from local.ai.recognition import Recogniser  # noqa: PLC0415  slow to import

        recogniser = Recogniser()
        for number in missing:
            picture = worn(draw_receipt(printed[number].text.split("\n")), number, wear)
            read_now[number] = recogniser.read(picture).text
            if number in kept:
                kept[number].write_text(read_now[number], encoding="utf-8")
    return [
        read_now[number] if number in read_now else kept[number].read_text(encoding="utf-8")
        for number in range(len(printed))
    ]


def report(printed: Sequence[Printed], texts: Sequence[str], wear: float, *, show: bool) -> None:
    """One line of figures, and what is accepted and wrong."""
    rights: Counter[str] = Counter()
    accepted, wrong = 0, Counter[str]()
    for number, (receipt, text) in enumerate(zip(printed, texts, strict=True)):
        reading = read(Transcript.from_text(text), today=TODAY)
        verdict = right(receipt, reading)
        rights.update(field for field, is_right in verdict.items() if is_right)
        accepted += reading.accepted
        bad = [
            field
            for field in ("date", "total", "currency")
            if reading.accepted and not verdict[field]
        ]
        wrong.update(bad)
        if bad and show:
            got = reading.extraction
            print(
                f"--- {number} {bad}: {receipt.day} {receipt.total}, read {got.date.value} "
                f"{got.total.value}\n{text}\n"
            )
    count = len(printed)
    shares = ", ".join(f"{field} {number / count:.1%}" for field, number in rights.items())
    print(
        f"wear {wear}: {count} receipts, {shares}; accepted {accepted / count:.1%}, wrong: "
        f"{dict(wrong) or 'none'}"
    )


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--count", type=int, default=200)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--wear", type=float, nargs="+", default=[0.0, 0.4, 0.7, 1.0])
    asked.add_argument("--transcripts", type=Path, help="keep them here")
    asked.add_argument("--show", action="store_true", help="print what was accepted and is wrong")
    arguments = asked.parse_args()
    if arguments.transcripts:
        arguments.transcripts.mkdir(parents=True, exist_ok=True)
    drawn = [
        p
        for p in print_receipts(arguments.count * 2, arguments.seed)
        if p.locale.currency not in _DRAWN_CURRENCIES_NOT
    ]
    with publishing("generated_photos", write=arguments.write):
        for wear in arguments.wear:
            texts = transcripts(drawn[: arguments.count], wear, arguments.transcripts)
            report(drawn[: arguments.count], texts, wear, show=arguments.show)


if __name__ == "__main__":
    main()

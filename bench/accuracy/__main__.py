"""`make accuracy`: how right readings are, how far a sure one can be trusted, and a page of what is
accepted and wrong.

    make accuracy                        documents invented here, of a new seed, and cases
                                         after bug reports
    make accuracy COUNT=5000 SEED=7      so many receipts, and a tenth as many invoices
    make accuracy TRANSCRIPTS=A,B PHOTOS=FOLDER INVOICES=FOLDER

The first table keeps three columns apart (`columns`). Its headline is that of public documents,
whose truth somebody else made: how many are accepted, how many of these are wrong, and below which
share that is in 95 of 100 samples. A folder's README.md names it and its licence. What OCR had lost
before any rule is counted apart.

Sets are held out: no rule was made from the invoices of a new seed, and photos are read with
weights that were fitted to other shops (`cross_validation`). The next table has each field with the
95 % interval of its share. Then stands how often values that are about so sure are right, and what
goes through at one wrong value per thousand: as counted, and so that the bound of 95 % is no higher
either; that needs 3,000 values without a wrong one. With INVOICES a table has e-invoices by family,
whose truth is computed from the XML alone. The page lies in `.build/accuracy/index.html`.
"""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.accuracy.certainty import Document, at_one_per_thousand, curve, reliability
from bench.accuracy.columns import (
    Column,
    DocumentSet,
    Source,
    columns_table,
    headline,
    sources_table,
)
from bench.accuracy.page import page_of
from bench.accuracy.reported import reported
from bench.accuracy.sets import (
    e_invoices,
    invented_invoices,
    invented_receipts,
    tongues_papers,
    transcripts,
)
from bench.confidence import read_elsewhere
from bench.invoices.families import counts, outcomes, report
from bench.invoices.generate import kept
from bench.invoices.printed import interval
from bench.labelled_transcripts import load
from bench.report import parser, publish, table
from local.places import BUILD

PAGE = BUILD / "accuracy" / "index.html"
_INVOICES_OF = 10
"""One invoice is made for so many receipts: a browser prints them."""


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--count", type=int, default=5000, help="of invented receipts")
    asked.add_argument("--seed", type=int, help="of what is invented; without it a new one")
    asked.add_argument(
        "--transcripts", default="", help="folders of ID.txt with a truth.json, with commas between"
    )
    asked.add_argument(
        "--photos", type=Path, help="the folder whose pictures are shown for transcripts"
    )
    asked.add_argument("--invoices", type=Path, help="a folder of PDF and XML files")
    asked.add_argument(
        "--currency", default="MYR", help="of the transcripts' account, an ISO 4217 code"
    )
    arguments = asked.parse_args()
    seed = (
        random.SystemRandom().randrange(1_000, 1_000_000)
        if arguments.seed is None
        else arguments.seed
    )
    sets = [
        *_public(
            arguments.transcripts, arguments.photos, arguments.invoices, currency=arguments.currency
        ),
        *_invented(arguments.count, seed),
        *(DocumentSet(name, Column.REPORTED, documents) for name, documents in reported().items()),
    ]
    by_name = {each.name: each.documents for each in sets}
    fields = {
        each.name: [document for document in each.documents if document.told]
        for each in sets
        if each.column is not Column.REPORTED
    }
    fields = {name: documents for name, documents in fields.items() if documents}
    parts = [
        columns_table(sets),
        f"**Headline: {headline(sets)}.**",
        sources_table(sets),
        _shares(fields),
        _reliability(fields),
        _bars(fields),
    ]
    if arguments.invoices:
        parts.append(report(counts(outcomes(arguments.invoices))))
    tables = "\n\n".join(parts)
    publish("accuracy", headline(sets), {"seed": seed}, tables, write=arguments.write)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page_of(by_name, tables), encoding="utf-8")
    print(f"\nCurves, and what is accepted and wrong: {PAGE.relative_to(Path.cwd())}")


def _public(
    transcript_folders: str,
    photos: Path | None,
    invoices: Path | None,
    *,
    currency: str,
) -> list[DocumentSet]:
    sets: list[DocumentSet] = []
    for folder in filter(None, transcript_folders.split(",")):
        path = Path(folder)
        receipts = load(path, path / "truth.json")
        documents = transcripts(receipts, read_elsewhere(receipts, currency), photos)
        sets.append(
            DocumentSet(f"transcripts of {path.name}", Column.PUBLIC, documents, Source.of(path))
        )
    if invoices:
        source = Source.of(invoices)
        sets += [
            DocumentSet(name, Column.PUBLIC, documents, source)
            for name, documents in e_invoices(invoices).items()
        ]
    return sets


def _invented(count: int, seed: int) -> list[DocumentSet]:
    invoices = list(kept(seed, count // _INVOICES_OF))
    return [
        DocumentSet(f"receipts of seed {seed}", Column.INVENTED, invented_receipts(count, seed)),
        DocumentSet(f"invoices of seed {seed}", Column.INVENTED, invented_invoices(invoices)),
        DocumentSet("papers in other tongues", Column.INVENTED, tongues_papers()),
    ]


def _shares(sets: Mapping[str, Sequence[Document]]) -> str:
    rows: list[list[str]] = []
    for name, documents in sets.items():
        count = len(documents)
        rights = {
            field: sum(each.told[field].is_right for each in documents)
            for field in documents[0].told
        }
        rows += [[name, field, *_share(right, count)] for field, right in rights.items()]
        rows += [
            [name, "accepted", *_share(_accepted(documents), count)],
            [name, "accepted wrongly", *_share(_wrong(documents), _accepted(documents))],
        ]
    return table(["set", "", "", "of", "share", "95 % of such samples"], rows)


def _share(part: int, of: int) -> list[str]:
    low, high = interval(part, of)
    return [str(part), str(of), f"**{part / max(1, of):.1%}**", f"{low:.1%} to {high:.1%}"]


def _reliability(sets: Mapping[str, Sequence[Document]]) -> str:
    rows = [
        [name, field, f"{level:.2f}", f"{mean:.3f}", f"{right} of {count}", f"{right / count:.1%}"]
        for name, documents in sets.items()
        for field in documents[0].told
        for level, count, right, mean in reliability(each.told[field] for each in documents)
    ]
    return table(["set", "field", "as sure as", "on average", "right", ""], rows)


def _bars(sets: Mapping[str, Sequence[Document]]) -> str:
    rows: list[list[str]] = []
    for name, documents in sets.items():
        for field in documents[0].told:
            told = [each.told[field] for each in documents]
            counted, bounded = at_one_per_thousand(told)
            surest = curve(told)[0]
            rows.append(
                [
                    name,
                    field,
                    f"{counted.share:.1%}, as sure as {counted.sure:.3f}" if counted else "none",
                    f"{bounded.share:.1%}" if bounded else "too few to tell",
                    f"{surest.wrong} of {surest.through}, at most {surest.at_most:.2%}",
                ]
            )
    return table(["set", "field", "goes through", "with the bound", "of the surest wrong"], rows)


def _accepted(documents: Sequence[Document]) -> int:
    return sum(each.is_accepted for each in documents)


def _wrong(documents: Sequence[Document]) -> int:
    return sum(each.is_wrongly_accepted for each in documents)


if __name__ == "__main__":
    main()

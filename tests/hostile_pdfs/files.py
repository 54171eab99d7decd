"""The PDFs of the proof: hostile ones, and invoices, each also rewritten by pypdf with a seed."""

import io
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from pypdf import PdfReader, PdfWriter

from tests.fuzz.crafted_pdfs import CRAFTED
from tests.fuzz.hostile_files import hostile_files
from tests.support.hostile_pdfs import HOSTILE_PDFS
from tests.support.invoice import invoice_pdf
from tests.support.invoice_layouts import LAYOUTS, draw

_ALGORITHMS: Final = ("RC4-128", "AES-128", "AES-256")
_DAMAGED: Final = 200


@dataclass(frozen=True)
class File:
    """`must_be_unreadable`: it asks for far more work or memory than a receipt."""

    name: str
    content: bytes
    must_be_unreadable: bool = False


def hostile(seed: int) -> Iterator[File]:
    """Those of `make fuzz`, and the damaged ones of this seed."""
    for name, content in HOSTILE_PDFS.items():
        yield File(name, content, must_be_unreadable=True)
    for name, content in CRAFTED.items():
        yield File(name, content)
    for number, content in enumerate(hostile_files(random.Random(seed), _DAMAGED)):
        if content.startswith(b"%PDF"):
            yield File(f"damaged {number}", content)


def found(folder: Path) -> Sequence[Path]:
    """The PDFs below a folder, in the order of their paths."""
    return sorted(
        path for path in folder.rglob("*") if path.suffix.lower() == ".pdf" and path.is_file()
    )


def many(paths: Sequence[Path], seed: int) -> Iterator[File]:
    """Without an end: the files, or else drawn invoices, each as it is and rewritten; then again
    with other seeds.
    """
    layouts = sorted(LAYOUTS)
    for number in count():
        if paths:
            path = paths[number % len(paths)]
            name, content = path.name, path.read_bytes()
        else:
            name = layouts[number % len(layouts)]
            content = invoice_pdf(draw(name, seed + number).lines)
        if number < len(paths) or not paths:
            yield File(f"{name} {number}", content)
        yield File(f"{name} {number}, rewritten", rewritten(content, seed + number))


def rewritten(content: bytes, seed: int) -> bytes:
    """The same pages as pypdf writes them, in one of many ways; as it is where pypdf cannot read
    it.
    """
    random_, out = random.Random(seed), io.BytesIO()
    try:
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
        if random_.random() < 0.5:
            for page in writer.pages:
                page.compress_content_streams(level=random_.randrange(10))
        if random_.random() < 0.3:
            writer.pages[0].rotate(random_.choice((90, 180, 270)))
        if random_.random() < 0.3:
            writer.compress_identical_objects()
        writer.add_metadata({"/Title": str(seed)})
        if random_.random() < 0.2:
            writer.encrypt("", "only the owner knows this", algorithm=random_.choice(_ALGORITHMS))
        writer.write(out)
    except Exception:  # noqa: BLE001
        # A file of a folder may be broken in any way, and is a good one all the same.
        return content
    return out.getvalue()

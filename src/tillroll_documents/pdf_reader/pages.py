"""The pages of a PDF: the text of a digital one, the embedded picture of a scanned one, and what
lies in it.

pypdf is imported only when a PDF comes: it holds 6 MB from then on. What it may cost is bounded
piece by piece.
"""

import gc
import io
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from tillroll_documents.pdf_reader.attachments import EmbeddedXml, inner_files_of
from tillroll_documents.pdf_reader.colours import UnreadablePicture
from tillroll_documents.pdf_reader.encryption import HashWanted, make_hash
from tillroll_documents.pdf_reader.pictures import PagePicture, picture_of
from tillroll_documents.pdf_reader.reader import (
    Pause,
    TooMuchWork,
    Work,
    import_reader,
    no_pause,
    piece,
    turn,
)
from tillroll_documents.pdf_reader.text import PageText, says_something, text_of
from tillroll_documents.reading.extraction import Attachment

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader
MAX_PAGES = 20

# An amount with two decimals, and no part of a date or a longer number.
_AMOUNT = re.compile(r"(?<![\w.,/-])\d{1,3}(?:[.,' ]?\d{3}){0,4}[.,]\d{2}(?![\w.,/-])")


Load: TypeAlias = Callable[[], Awaitable[bytes]]
Keep: TypeAlias = Callable[[int, PagePicture], Awaitable[None]]
"""Takes a page's number, from 1, and its picture."""


class BrokenPdf(Exception):
    """The file cannot be opened as a PDF."""


class PdfTooLarge(Exception):
    """The file asks for more work or memory than a receipt can be worth."""


class EncryptedPdf(Exception):
    """The file opens only with a password, or is encrypted in a way that cannot be undone here."""


@dataclass(frozen=True)
class PdfPage:
    """A page: its text in layout order, the picture that stands for it, or both; neither where it
    is empty. `hides` where the file says more of money than the page shows, or the text is one that
    it does not show.
    """

    text: str
    picture: PagePicture | None = None
    hides: bool = False


@dataclass(frozen=True)
class Pdf:
    """The pages of a PDF in order; of one with more than MAX_PAGES the text of the first ones,
    without pictures. `xml` is that of an e-invoice; where it can be read, no page's picture is
    taken out. `attachments` are all files in it.
    """

    pages: list[PdfPage]
    has_too_many: bool
    xml: EmbeddedXml | None = None
    attachments: tuple[Attachment, ...] = ()


async def read_pdf(
    content: bytes,
    pause: Pause = no_pause,
    noted: AbstractAsyncContextManager[object] | None = None,
) -> Pdf:
    """Open a PDF and take out what can be read, with pauses in between; another file waits until
    then. `noted` is entered when it is this one's turn, and left behind it. Raises BrokenPdf;
    EncryptedPdf; PdfTooLarge; TimeoutError: another file took too long; UnreadablePicture: a page
    is a picture in a form that cannot be read here.
    """
    async with AsyncExitStack() as stack, turn(pause) as work:
        if noted:
            await stack.enter_async_context(noted)
        await import_reader(work.rest)
        async with _opened(content, work) as reader:
            return await _read(reader, work)


async def read_stored(
    load: Load, keep: Keep, pause: Pause, noted: AbstractAsyncContextManager[object]
) -> Pdf:
    """Read a PDF as `read_pdf` does, but load it when its turn has come: waiting files take no
    memory. Each picture is kept elsewhere before the next page is read: the pages that come back
    have pictures without bytes. What `load` and `keep` raise comes through.
    """
    async with AsyncExitStack() as stack, turn(pause) as work:
        await stack.enter_async_context(noted)
        await import_reader(work.rest)
        content = await load()
        await work.rest()
        async with _opened(content, work) as reader:
            return await _read(reader, work, keep)


async def cut_pdf(content: bytes, begins_at: Sequence[int], pause: Pause = no_pause) -> list[bytes]:
    """A PDF of the first pages, and one of those from each page on at which another begins; pages
    count from 1. The same pages give the same bytes. Raises IndexError: there is no such page; what
    read_pdf raises.
    """
    async with turn(pause) as work:
        await import_reader(work.rest)
        with _failing_plainly():
            async with _opened(content, work) as reader:
                count = await piece(work, lambda: len(reader.pages))
                if begins_at[-1] <= count:
                    ends = [*(page - 1 for page in begins_at), count]
                    return [
                        await piece(work, _part, reader, *span) for span in pairwise([0, *ends])
                    ]
    raise IndexError(count)


def _part(reader: "PdfReader", start: int, end: int) -> bytes:
    from pypdf import PdfWriter  # noqa: PLC0415 - see above

    writer = PdfWriter()
    out = io.BytesIO()
    for number in range(start, end):
        writer.add_page(reader.pages[number])
    writer.write(out)
    del writer
    gc.collect()  # a writer's objects refer to each other
    return out.getvalue()


@contextmanager
def _failing_plainly() -> Generator[None]:
    """Whatever the reader raises becomes one of the errors here."""
    # See above.
    from pypdf.errors import (  # noqa: PLC0415
        DependencyError,
        FileNotDecryptedError,
        LimitReachedError,
    )

    try:
        yield
    except (TooMuchWork, LimitReachedError, MemoryError) as error:
        raise PdfTooLarge(f"the PDF is not read: {error or 'memory'}") from error
    except (UnreadablePicture, EncryptedPdf, BrokenPdf, PdfTooLarge):
        raise
    except (FileNotDecryptedError, DependencyError) as error:
        raise EncryptedPdf("the PDF is encrypted in a way that cannot be undone here") from error
    except Exception as error:
        # pypdf meets broken files with its own errors and, deep inside, with any of Python's:
        # OverflowError from a seek beyond 2^63, RecursionError, struct.error. None of them would be
        # another one the next time.
        raise BrokenPdf(f"the PDF cannot be opened: {type(error).__name__}") from error


async def _read(reader: "PdfReader", work: Work, keep: Keep | None = None) -> Pdf:
    """The pages; pictures that `keep` has taken are without bytes. Raises as `read_pdf` does, and
    what `keep` raises.
    """
    texts: list[PageText] = []
    with _failing_plainly():
        pages, count = await piece(work, _first_pages, reader)
        inner = await inner_files_of(reader, work)
        for page in pages:
            texts.append(await text_of(page, work))
            _forget_pictures(reader)
    xml = inner.xml
    if count > MAX_PAGES or (xml and xml.invoice):
        pages_read = [PdfPage(text.seen) for text in texts]
        return Pdf(
            pages_read, has_too_many=count > MAX_PAGES, xml=xml, attachments=inner.attachments
        )
    has_amount = any(_AMOUNT.search(text.seen) for text in texts if says_something(text.seen))
    results: list[PdfPage] = []
    for number, (page, text) in enumerate(zip(pages, texts, strict=True), start=1):
        with _failing_plainly():
            result = await _read_page(page, text, work=work, has_amount=has_amount)
        _forget_pictures(reader)
        picture = result.picture
        if keep is not None and picture is not None:
            await keep(number, picture)
            result = replace(result, picture=replace(picture, content=b""))
            await work.rest()
        results.append(result)
    return Pdf(results, has_too_many=False, xml=xml, attachments=inner.attachments)


def _forget_pictures(reader: "PdfReader") -> None:
    """Let go of the pictures that were parsed. The reader holds each until it is closed, and parses
    it again where it is asked for again: of a file that is encrypted that would count twice.
    """
    from pypdf.generic import StreamObject  # noqa: PLC0415 - see above

    if reader.is_encrypted:
        return
    pictures = [
        key
        for key, value in reader.resolved_objects.items()
        if isinstance(value, StreamObject) and value.get("/Subtype") == "/Image"
    ]
    for key in pictures:
        del reader.resolved_objects[key]


@asynccontextmanager
async def _opened(content: bytes, work: Work) -> AsyncGenerator["PdfReader"]:
    """The file, until it is closed: its objects refer to each other, and would be held until they
    are collected.
    """
    # Of a BytesIO the reader asks for the buffer, which copies the file.
    with io.BufferedReader(io.BytesIO(content)) as file:
        with _failing_plainly():
            reader = await _reader_of(file, work)
        with reader:
            # The reader has tried the empty password; the public way would try it once more.
            encryption: Any = getattr(reader, "_encryption")  # noqa: B009 - it has no public name
            if encryption is not None and not encryption.is_decrypted():
                raise EncryptedPdf("the PDF opens with a password only")
            yield reader


async def _reader_of(file: BinaryIO, work: Work) -> "PdfReader":
    from pypdf import PdfReader  # noqa: PLC0415 - see above

    while True:
        try:
            return await piece(work, PdfReader, file)
        except HashWanted as hashing:
            await make_hash(hashing.wanted, work)


def _first_pages(reader: "PdfReader") -> tuple[list["PageObject"], int]:
    pages = reader.pages
    return [*pages[:MAX_PAGES]], len(pages)


async def _read_page(page: "PageObject", text: PageText, work: Work, has_amount: bool) -> PdfPage:
    """The page by its text or its picture. Where no page names an amount, the text may be a
    letterhead around a scan: then it is both, as far as the picture can be read. The scanner's own
    text behind a scan is not seen, and not read where the picture can be.
    """
    visible = text.seen
    hides = text.is_forged or not {*_AMOUNT.findall(text.unseen)} <= {*_AMOUNT.findall(visible)}
    if has_amount and says_something(visible):
        return PdfPage(visible, hides=hides)
    try:
        picture = await picture_of(page, work)
    except UnreadablePicture:
        if says_something(visible):
            return PdfPage(visible, hides=hides)
        if says_something(text.unseen):
            return PdfPage(text.unseen, hides=True)
        raise
    if picture is None and says_something(text.unseen) and not says_something(visible):
        return PdfPage(text.unseen, hides=True)
    return PdfPage(visible, picture, hides=hides and picture is None)

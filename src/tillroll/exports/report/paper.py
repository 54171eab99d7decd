"""What stands behind an expense, as a report shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from tillroll.pdf.jpeg import Jpeg
from tillroll.receipts.voucher import ORIGINS, Voucher


@dataclass(frozen=True)
class Paper:
    """The document that an expense was made from. `person` is the name of who handed it in.

    Of `picture` and `content` one is there at most: a picture that is shown; the bytes of a document that is no
    picture, or of a picture that cannot be shown. Neither, where the document is gone. `scans` are the pictures of a
    scanned PDF's pages, by their numbers.
    """

    media_type: str
    person: str | None = None
    picture: Jpeg | None = None
    content: bytes | None = None
    scans: Mapping[int, Jpeg] = field(default_factory=dict[int, Jpeg])

    @property
    def text(self) -> str:
        """A statement in place of a receipt, as text; empty for all else, and where it cannot be read."""
        if self.media_type not in ORIGINS or self.content is None:
            return ""
        try:
            return Voucher.model_validate_json(self.content).as_text()
        except ValidationError:
            return ""

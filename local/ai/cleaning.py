"""What OCR is known to get wrong in the same way every time, put right in the text of one box."""

from __future__ import annotations

import re

# Full-width forms (U+FF01 to U+FF5E) stand in the model's alphabet beside the ASCII characters that
# tills print.
_TO_ASCII = {full_width: full_width - 0xFEE0 for full_width in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20
}
# A narrow space is often lost between a date with a four-digit year and the time: 16-04-201814:51.
_DATE_THEN_TIME = re.compile(r"(?<!\d)(\d{1,2}([-/.])\d{1,2}\2(?:19|20)\d\d)(?=\d{1,2}:\d\d)")


def cleaned(text: str) -> str:
    """Return `text` with ASCII characters for their full-width forms, and a space between date and
    time.
    """
    return _DATE_THEN_TIME.sub(r"\1 ", text.translate(_TO_ASCII)).strip()

"""Texts for programs that read Windows-1252: what it does not have is written with its nearest letters."""

import unicodedata

# Letters that are no composition of another one, and what stands for them in Latin letters.
_NEAREST = str.maketrans(
    {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "n", "ẞ": "SS"}
    | {"‐": "-", "‑": "-", "−": "-", "―": "-", "′": "'", "″": '"', "\N{NO-BREAK SPACE}": " "}  # noqa: RUF001 - meant
)


class Transliterated:
    """Writes texts in Windows-1252, and counts the marks that it had to replace."""

    def __init__(self) -> None:
        self.marks: set[str] = set()
        self.texts = 0

    def write(self, text: str) -> str:
        """The text in marks that Windows-1252 has, a question mark where nothing is near; no control characters."""
        plain = "".join(mark if mark.isprintable() else " " for mark in unicodedata.normalize("NFC", text))
        written = "".join(mark if _is_there(mark) else _nearest(mark) for mark in plain)
        missing = {mark for mark in plain if not _is_there(mark)}
        self.marks |= missing
        self.texts += bool(missing)
        return written

    def remarks(self) -> list[str]:
        if not self.texts:
            return []
        shown = " ".join(sorted(self.marks)[:20])
        return [f"{self.texts} texts have marks that Windows-1252 does not have; they were written without: {shown}"]


def _is_there(mark: str) -> bool:
    try:
        mark.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _nearest(mark: str) -> str:
    bare = unicodedata.normalize("NFKD", mark.translate(_NEAREST))
    return "".join(each for each in bare if not unicodedata.combining(each) and _is_there(each)) or "?"

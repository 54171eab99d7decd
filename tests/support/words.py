"""What the page and the Worker say in a language, by their catalogues."""

from collections.abc import Callable

from local.places import ROOT
from tillroll_durable.platform.words import translations_in


def words_of(locale: str) -> Callable[[str], str]:
    """In German the translation of a message, where there is one; else the message itself."""
    if not locale.startswith("de"):
        return str
    files = (ROOT / "public" / "words" / "worker.de.po", ROOT / "public" / "js" / "words" / "de.po")
    known = {
        message: other
        for file in files
        for message, other in translations_in(file.read_text("utf-8")).items()
    }
    return lambda message: known.get(message) or message

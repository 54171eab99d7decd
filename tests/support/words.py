"""What the page says in a language, by its catalogue."""

import re
from collections.abc import Callable

from local.places import ROOT

_ENTRY = re.compile(r'^msgid ((?:".*"\n)+)msgstr ((?:".*"\n)+)', re.MULTILINE)


def words_of(locale: str) -> Callable[[str], str]:
    """In German the translation of a message, where there is one; else the message itself."""
    if not locale.startswith("de"):
        return str
    text = (ROOT / "public" / "js" / "words" / "de.po").read_text(encoding="utf-8")
    known = {_joined(message): _joined(translation) for message, translation in _ENTRY.findall(text)}
    return lambda message: known.get(message) or message


def _joined(lines: str) -> str:
    return "".join(line[1:-1] for line in lines.splitlines()).replace('\\"', '"').replace("\\\\", "\\")

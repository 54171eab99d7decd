"""What is said to people, in their language. The code says it in English; a catalogue has it in German.

The page says answers of the API in the same way (public/js/said.js). Here it is said what leaves by itself: mail, and
pages for people without an account. The catalogue is a static file, read where somebody reads German."""

import re
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from typing import Final, Protocol, TypeAlias

CATALOGUE: Final = "/words/worker.de.po"
_ENTRY: Final = re.compile(r'^msgid ((?:".*"\n)+)msgstr ((?:".*"\n)+)', re.MULTILINE)
_HOLE: Final = re.compile(r"\{(\d+)\}")
_SENTENCES: Final = re.compile(r"(?<=[.!?:;]) (?=\S)")
_BESIDE: Final = re.compile(r"(.*[^\s(])( \([^()]*\)|, [A-Z]{3})", re.DOTALL)
_AMOUNT: Final = re.compile(r"-?[\d,]*\d(?:\.\d+)? [A-Z]{3}", re.ASCII)
_MARK: Final = re.compile(r"[.:;]$")
_DAY: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_MARKS: Final = str.maketrans(",.", ".,")
_DEEPEST: Final = 5

Say: TypeAlias = Callable[[str], str]


class Files(Protocol):
    """The static files, such as those of `platform.assets`."""

    async def read(self, path: str) -> bytes: ...


def in_english(text: str) -> str:
    return text


# One for the isolate: a deploy has its own, with the file that it came with. A tick may say fifty messages.
_kept: "list[_Sayer]" = []


async def words_in(assets: Files, language: str | None) -> Say:
    """What says a text of the Worker in a language; as it is, where it is English. Raises what `assets` does."""
    if language is None or language.split("-")[0].lower() != "de":
        return in_english
    if not _kept:
        _kept.append(_Sayer(translations_in((await assets.read(CATALOGUE)).decode())))
    return _kept[0].say


def translations_in(catalogue: str) -> dict[str, str]:
    """The messages of a gettext file with their translations, empty where there is none."""
    return {_joined(message): _joined(other) for message, other in _ENTRY.findall(catalogue) if _joined(message)}


class _Sayer:
    """Finds a sentence by its text, or by its pattern where values stand in it."""

    def __init__(self, catalogue: dict[str, str]) -> None:
        self._whole = dict[str, str]()
        # By the first word; "" where that is a hole.
        self._patterns = defaultdict[str, list[tuple[int, str, str, str]]](list)
        for message, other in catalogue.items():
            key = _bare(message)
            if _HOLE.search(key):
                texts = _HOLE.split(key)[::2]
                weight, given = sum(map(len, texts)), max(texts, key=len)
                self._patterns[_first_word(key)].append((weight, given, key, other))
            else:
                self._whole[key] = other
        self._ordered = dict[str, list[tuple[int, str, str, str]]]()

    def say(self, text: str, depth: int = 0) -> str:
        found = self._found(text, depth) or self._each(text, depth)
        if found is None and (beside := _BESIDE.fullmatch(text)):
            found = f"{self.say(beside[1], depth)}{beside[2]}"
        return text if found is None else found

    def _found(self, text: str, depth: int) -> str | None:
        key = _bare(text)
        if (simple := self._whole.get(key)) is not None:
            return _alike(text, simple)
        if depth > _DEEPEST:
            return None
        line = text.strip()
        ended = f"{key}{line[-1:]}" if _MARK.search(line) else key
        for _, given, message, other in self._starting_with(_first_word(key)):
            expression = _expression(message) if given in ended else None
            # A full stop may stand before a hole that is empty.
            held = expression and (expression.fullmatch(key) or expression.fullmatch(ended))
            if held:
                values = [self._value(each, depth + 1) for each in held.groups()]
                return _alike(text, _HOLE.sub(lambda hole, said=values: said[int(hole[1]) - 1], other))
        return None

    def _starting_with(self, word: str) -> list[tuple[int, str, str, str]]:
        """Patterns that a text with this first word may have, those with the most text first."""
        if word not in self._ordered:
            found = [*self._patterns.get(word, ()), *(self._patterns.get("", ()) if word else ())]
            self._ordered[word] = sorted(found, reverse=True)
        return self._ordered[word]

    def _each(self, text: str, depth: int) -> str | None:
        """Several sentences, each by itself."""
        sentences = _SENTENCES.split(text)
        if len(sentences) < 2 or depth > _DEEPEST:
            return None
        said, start = list[str](), 0
        while start < len(sentences):
            for end in range(len(sentences) - (start == 0), start, -1):
                other = self._found(" ".join(sentences[start:end]), depth + 1)
                if other is not None:
                    said.append(other)
                    start = end
                    break
            else:
                said.append(self._value(sentences[start], depth + 1))
                start += 1
        return " ".join(said)

    def _value(self, text: str, depth: int) -> str:
        """What stands in a hole: amounts and days as they are written in German."""
        if _AMOUNT.fullmatch(text):
            return text.translate(_MARKS)
        if day := _DAY.fullmatch(text):
            return f"{day[3]}.{day[2]}.{day[1]}"
        return self.say(text, depth)


@lru_cache(maxsize=200)
def _expression(message: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(re.escape(each) for each in _HOLE.split(message)[::2]), re.DOTALL)


def _bare(text: str) -> str:
    """Without what differs by its place: the first letter's size, blanks around it, the mark at its end."""
    line = _MARK.sub("", text.strip())
    return f"{line[:1].lower()}{line[1:]}"


def _alike(text: str, other: str) -> str:
    """A translation with these of the text that it stands for."""
    line, said = text.strip(), _MARK.sub("", other.strip())
    said += line[-1:] if _MARK.search(line) else ""
    said = f"{said[:1].upper()}{said[1:]}" if line[:1].isupper() else said
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return f"{text[:start]}{said}{text[end:]}"


def _first_word(key: str) -> str:
    word, blank, _ = key.partition(" ")
    return word if blank and "{" not in word else ""


def _joined(lines: str) -> str:
    return "".join(line[1:-1] for line in lines.splitlines()).replace('\\"', '"').replace("\\\\", "\\")

"""What is said to people, in their language. The code says it in English; a catalogue has it in
German.

The page says answers of the API in the same way (public/js/said.ts). Here it is said what leaves by
itself: mail, and pages for people without an account. The catalogue is a static file, read where
somebody reads German. A person's own words are marked by `verbatim`."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

CATALOGUE: Final = "/words/worker.de.po"
_ENTRY: Final = re.compile(r'^msgid ((?:".*"\n)+)msgstr ((?:".*"\n)+)', re.MULTILINE)
_HOLE: Final = re.compile(r"\{(\d+)\}")
_SENTENCES: Final = re.compile(r"(?<=[.!?:;]) (?=\S)")
_WITH_ADDITION: Final = re.compile(r"(.*[^\s(])( \([^()]*\)|, [A-Z]{3})", re.DOTALL)
# An end of a sentence with another one behind it.
_ENDED: Final = re.compile(r"[.!?] \S")
_BETWEEN: Final = re.compile(r"(,? and |,? or |, )")
_AMOUNT: Final = re.compile(r"-?[\d,]*\d(?:\.\d+)? [A-Z]{3}", re.ASCII)
_MARK: Final = re.compile(r"[.:;]$")
_DAY: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_MARKS: Final = str.maketrans(",.", ".,")
_DEEPEST: Final = 5
# The marks of Unicode for a text that is isolated from what stands around it.
_OPEN: Final = "\u2068"
_CLOSE: Final = "\u2069"
_VERBATIM: Final = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]*){_CLOSE}")
_PLACE: Final = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
# How many characters may be compared for each character of a text, and for any text.
_WORK_PER_CHARACTER: Final = 20_000
_MOST_WORK: Final = 40_000_000

Say: TypeAlias = Callable[[str], str]


class Files(Protocol):
    """The static files, such as those of `platform.assets`."""

    async def read(self, path: str) -> bytes: ...


def verbatim(text: str) -> str:
    """A person's own words, to stand in a sentence: no language parses or translates them.

    They stand between two marks (U+2068 and U+2069, Unicode's isolate), which `Say` takes away.
    """
    return f"{_OPEN}{_unmarked(text)}{_CLOSE}"


def _unmarked(text: str) -> str:
    return text.replace(_OPEN, "").replace(_CLOSE, "")


def in_english(text: str) -> str:
    """The text as it is, without the marks of `verbatim`."""
    return _unmarked(text)


# One for the isolate: a deploy has its own, with the file that it came with. A tick may say fifty
# messages.
_sayers: "list[_Sayer]" = []


async def words_in(assets: Files, language: str | None) -> Say:
    """What says a text of the Worker in a language; as it is, where it is English. Raises what
    `assets` does."""
    if language is None or language.split("-")[0].lower() != "de":
        return in_english
    if not _sayers:
        _sayers.append(_Sayer(translations_in((await assets.read(CATALOGUE)).decode())))
    return _sayers[0].say


def translations_in(catalogue: str) -> dict[str, str]:
    """The messages of a gettext file with their translations, empty where there is none."""
    return {
        _joined(message): _joined(other)
        for message, other in _ENTRY.findall(catalogue)
        if _joined(message)
    }


@dataclass(frozen=True)
class _Pattern:
    """A sentence of the catalogue with holes: the texts between these, and its translation."""

    texts: Sequence[str]
    longest: str
    other: str

    @property
    def weight(self) -> int:
        return sum(map(len, self.texts))

    def values_in(self, sentence: str) -> list[str] | None:
        """What stands in the holes; None where it is another sentence. It looks for each text
        once, from the left, so that it takes linear time."""
        first = self.texts[0]
        last = self.texts[-1]
        end = len(sentence) - len(last)
        if end < len(first) or not (sentence.startswith(first) and sentence.endswith(last)):
            return None
        values: list[str] = []
        start = len(first)
        for each in self.texts[1:-1]:
            place = sentence.find(each, start, end)
            if place < 0:
                return None
            values.append(sentence[start:place])
            start = place + len(each)
        values.append(sentence[start:end])
        if self.longest.strip() and any(map(self._is_again, values)):
            return None
        return values

    def _is_again(self, value: str) -> bool:
        """Whether the sentence stands there again: these are several, each with its own values."""
        return self.longest in value and _ENDED.search(value) is not None


@dataclass
class _Work:
    """How many characters may still be compared for one text."""

    left: int

    def spend(self, characters: int) -> bool:
        """Whether so many may be compared."""
        self.left -= characters
        return self.left >= 0


class _Sayer:
    """Finds a sentence by its text, or by its pattern where values stand in it."""

    def __init__(self, catalogue: dict[str, str]) -> None:
        self._whole = dict[str, str]()
        # By the first word; "" where that is a hole.
        self._patterns = defaultdict[str, list[_Pattern]](list)
        # How many sentences one message of the catalogue has at most.
        self._longest = 1
        for message, other in catalogue.items():
            key = _bare(message)
            self._longest = max(self._longest, len(_SENTENCES.split(message)))
            if _HOLE.search(key):
                texts = _HOLE.split(key)[::2]
                pattern = _Pattern(texts, max(texts, key=len), other)
                self._patterns[_first_word(key)].append(pattern)
            else:
                self._whole[key] = other
        self._ordered = dict[str, list[_Pattern]]()

    def say(self, text: str) -> str:
        """The text in this language. What `verbatim` marks stands in it unchanged; what takes too
        long to find stays as it is."""
        words: list[str] = []

        def place_of(match: re.Match[str]) -> str:
            words.append(match[1])
            return f"{_OPEN}{len(words) - 1}{_CLOSE}"

        sentence = _VERBATIM.sub(place_of, text)
        work = _Work(min(_WORK_PER_CHARACTER * (len(sentence) + 1), _MOST_WORK))
        translated = self._say(sentence, work, 0)
        return _unmarked(_PLACE.sub(lambda place: words[int(place[1])], translated))

    def _say(self, text: str, work: _Work, depth: int) -> str:
        translated = self._find(text, work, depth)
        if translated is None:
            translated = self._say_each(text, work, depth)
        if translated is None:
            translated = self._say_list(text, work, depth)
        if translated is not None:
            return translated
        addition = _WITH_ADDITION.fullmatch(text)
        if addition is None:
            return text
        return f"{self._say(addition[1], work, depth)}{addition[2]}"

    def _find(self, text: str, work: _Work, depth: int) -> str | None:
        key = _bare(text)
        simple = self._whole.get(key)
        if simple is not None:
            return _alike(text, simple)
        if depth > _DEEPEST:
            return None
        line = text.strip()
        ended = key
        if _MARK.search(line):
            ended = f"{key}{line[-1:]}"
        for pattern in self._starting_with(_first_word(key)):
            if not work.spend(len(ended)):
                return None
            if pattern.longest not in ended:
                continue
            values = pattern.values_in(key)
            if values is None:
                # A full stop may stand before a hole that is empty.
                values = pattern.values_in(ended)
            if values is not None:
                others = [self._value(each, work, depth + 1) for each in values]
                return _alike(text, _filled(pattern.other, others))
        return None

    def _starting_with(self, word: str) -> list[_Pattern]:
        """Patterns that a text with this first word may have, those with the most text first."""
        if word not in self._ordered:
            patterns = [*self._patterns.get(word, ())]
            if word:
                patterns += self._patterns.get("", ())
            patterns.sort(key=lambda each: (each.weight, each.longest), reverse=True)
            self._ordered[word] = patterns
        return self._ordered[word]

    def _say_each(self, text: str, work: _Work, depth: int) -> str | None:
        """Translate several sentences, each by itself."""
        sentences = _SENTENCES.split(text)
        if len(sentences) < 2 or depth > _DEEPEST:
            return None
        translated: list[str] = []
        start = 0
        while start < len(sentences):
            last = len(sentences)
            if start == 0:
                last -= 1
            last = min(last, start + self._longest)
            for end in range(last, start, -1):
                other = self._find(" ".join(sentences[start:end]), work, depth + 1)
                if other is not None:
                    translated.append(other)
                    start = end
                    break
            else:
                translated.append(self._value(sentences[start], work, depth + 1))
                start += 1
        return " ".join(translated)

    def _say_list(self, text: str, work: _Work, depth: int) -> str | None:
        """Translate a list such as "ready or approved", where each of its parts is known."""
        parts = _BETWEEN.split(text)
        if len(parts) < 3 or depth > _DEEPEST:
            return None
        translated: list[str] = []
        for part in parts:
            if part == ", ":
                other = part
            elif _DAY.fullmatch(part):
                other = self._value(part, work, depth + 1)
            else:
                # German has no comma before the last part.
                other = self._find(part.removeprefix(","), work, depth + 1)
            if other is None:
                return None
            translated.append(other)
        return "".join(translated)

    def _value(self, text: str, work: _Work, depth: int) -> str:
        """What stands in a hole: amounts and days as they are written in German."""
        if _PLACE.fullmatch(text):
            return text
        if _AMOUNT.fullmatch(text):
            return text.translate(_MARKS)
        day = _DAY.fullmatch(text)
        if day is not None:
            return f"{day[3]}.{day[2]}.{day[1]}"
        return self._say(text, work, depth)


def _filled(message: str, values: Sequence[str]) -> str:
    return _HOLE.sub(lambda hole: values[int(hole[1]) - 1], message)


def _bare(text: str) -> str:
    """Strip a sentence of what differs by its place: the first letter's size, blanks around it, the
    mark at its end."""
    line = _MARK.sub("", text.strip())
    return f"{line[:1].lower()}{line[1:]}"


def _alike(text: str, other: str) -> str:
    """A translation with these of the text that it stands for."""
    line = text.strip()
    translation = _MARK.sub("", other.strip())
    if _MARK.search(line):
        translation += line[-1:]
    if line[:1].isupper():
        translation = f"{translation[:1].upper()}{translation[1:]}"
    start = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    return f"{text[:start]}{translation}{text[end:]}"


def _first_word(key: str) -> str:
    word, blank, _ = key.partition(" ")
    if blank and "{" not in word:
        return word
    return ""


def _joined(lines: str) -> str:
    return (
        "".join(line[1:-1] for line in lines.splitlines()).replace('\\"', '"').replace("\\\\", "\\")
    )

"""What people call the things that ids stand for, and what became of an expense: each module names
its own."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, LiteralString

MOST_THINGS: Final = 20
"""So many things of one kind are found by a part of their name."""
MOST_LOOKED_AT: Final = 1_000
"""So many things that may have a name are compared with it, where their `names` are not."""
MOST_NAMES: Final = 10_000
"""So many names with a letter beyond ASCII are compared with what is looked for."""


@dataclass(frozen=True)
class Named:
    """Things of one kind, such as expenses.

    Attributes:
        kind: what one is: "expense".
        find: SQL. ?1 is the account, ?2 a JSON array of ids: of things, or of runs that are about
            them. A row has the `id` that was asked for, `name`, `path` on the page, `stream` in the
            audit, and `day` (YYYY-MM-DD or NULL).
        search: SQL. ?1 is the account, ?2 a part of the name, without accents. The same columns;
            `id` is the thing's. With `names`, of things whose name `has_part`: ?3 is a JSON array
            of those that have the part. Without, also things whose name `may_say` it: who asks
            compares these. None: nobody searches for these.
        names: SQL. ?1 is the account. Each `name` of a thing that `is_beyond_ascii`, once, that of
            the newest thing first, at most MOST_NAMES: who asks compares these.
    """

    kind: str
    find: LiteralString
    search: LiteralString | None = None
    names: LiteralString | None = None


def may_say(name: LiteralString) -> LiteralString:
    """Whether a name, in SQL, may have the part ?2. SQL takes no accents away: what has a letter
    beyond ASCII is compared when it is read.
    """
    return f"(instr(lower({name}), ?2) OR {is_beyond_ascii(name)})"


def is_beyond_ascii(name: LiteralString) -> LiteralString:
    return f"{name} GLOB '*[^ -~]*'"


def has_part(name: LiteralString) -> LiteralString:
    """Whether a name, in SQL, has the part ?2, or is one of the names ?3, which were compared."""
    return f"(instr(lower({name}), ?2) OR {name} IN (SELECT value FROM json_each(?3)))"


def fold_name(name: str) -> str:
    """A name as it is compared with another: case, spaces, width and what prints nothing make no
    difference, any other letter does. It is for comparing alone: Persian and Hindi need their
    joiners where a name is shown. SQL cannot do it: SQLite knows the case of ASCII alone.

    Source: NFKC_Casefold of the Unicode Standard, 3.13, without its form for display.
    """
    if name.isascii():  # most of all names
        return " ".join(name.casefold().split())
    return " ".join(_plain(_plain(name).casefold()).split())


def look_of(name: str) -> str:
    """A name as it looks: folded, with letters of other alphabets as the Latin ones that print the
    same. Equal looks of two names are a reason to ask, and no reason to merge.

    Source: the skeletons of Unicode Technical Standard 39, 4, for Cyrillic, Greek and Armenian.
    """
    if name.isascii():
        return fold_name(name)
    # Before the case is gone: a capital Nu looks like N, and a small one like v.
    return fold_name(_plain(name).translate(_LATIN))


def looks_like(name: str, other: str) -> bool:
    """Whether two names that are compared as different look the same."""
    return fold_name(name) != fold_name(other) and look_of(name) == look_of(other)


def mixes_alphabets(name: str) -> bool:
    """Whether a name has letters of two alphabets that print alike.

    Source: mixed scripts of Unicode Technical Standard 39, 5, for those of `look_of`.
    """
    if name.isascii():
        return False
    letters = (unicodedata.name(sign, "") for sign in _plain(name) if sign.isalpha())
    return len(_ALPHABETS & {each.partition(" ")[0] for each in letters}) > 1


def look_alike(name: str, others: Iterable[str]) -> str | None:
    """The first of these names that looks like this one, and is another."""
    return next((each for each in others if looks_like(each, name)), None)


def names_alike(names: Mapping[str, str]) -> dict[str, list[str]]:
    """By the id of each thing whose name prints like that of others, the ids of these. Such things
    stay apart until a person renames or merges them.
    """
    groups: dict[str, list[str]] = {}
    for id_, name in names.items():
        groups.setdefault(look_of(name), []).append(id_)
    return {
        id_: [other for other in ids if other != id_]
        for ids in groups.values()
        if len(ids) > 1
        for id_ in ids
    }


def is_among(name: str, names: Collection[str]) -> bool:
    """Whether a name is one of these, as `fold_name` compares them, or looks like one: who reads a
    rule on Gifts takes one with a Cyrillic letter for the same.
    """
    if name in names or fold_name(name) in map(fold_name, names):
        return True
    return look_of(name) in map(look_of, names)


def _plain(text: str) -> str:
    """The text in Unicode's form NFKC, without signs that nobody sees."""
    visible = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    return unicodedata.normalize("NFKC", visible)


# The signs that may be ignored when they are shown (Default_Ignorable_Code_Point of Unicode), other
# marks of format (Cf), controls behind ASCII, and the blank of Braille.
_UNSEEN: Final = re.compile(
    "[\x80-\x84\x86-\x9f\xad\u034f\u061c\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_LOOKS: Final = {
    "АВЕЅІЈКМНОРСТУҮХԌԚԜѴ": "ABESIJKMHOPCTYYXGQWV",
    "авеѕіјкмнорстуүхԁһԛԝѵӏ": "abesijkmhopctyyxdhqwvl",
    # Greek capitals
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7": (
        "ABEZHIKMNOPTYX"
    ),
    "αγηικνορτυχ": "aynikvoptux",
    "ՕՍՏԼօսհոց": "OUSLouhng",
}
"""Cyrillic, Greek and Armenian letters, and the Latin ones that they print like."""
_ALPHABETS: Final = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN"})
_LATIN: Final = str.maketrans("".join(_LOOKS), "".join(_LOOKS.values()))

"""Inputs that are the worst for a regular expression: made of its own parts.

What takes long is what begins to match, goes on for long, and then does not match: a repetition's
body many times behind what comes before it, with something at the end that nothing matches. What
may begin anywhere is also given its beginning many times over.
"""

import importlib
from collections.abc import Iterator
from typing import Any, Final

_PARSER: Final[Any] = importlib.import_module("re._parser")
_SAMPLES: Final = "a0 A-._/@:,;(<\"'\n=\té"
_ENDS: Final = ("", "\x00", "!", "\n")
_MANY: Final = 8
"""A repetition of fewer is no place where time is lost."""
_MOST_SHAPES: Final = 160
_LONGEST_LEAST: Final = 200

Node = tuple[Any, Any]


def shapes(pattern: str, flags: int) -> list[tuple[str, str, str]]:
    """What a text is made of: what stands before, what is repeated, and the end."""
    tree = _PARSER.parse(pattern, flags)
    found: dict[tuple[str, str, str], None] = {}
    for before, pump in (*_pumps(tree, ""), *((("", each)) for each in _SAMPLES)):
        for end in _ENDS:
            found[before, pump, end] = None
        found["", before + pump, "\x00"] = None
        if before:
            found["", before, "\x00"] = None
    return [shape for shape in found if shape[1]][:_MOST_SHAPES]


def text_of(shape: tuple[str, str, str], length: int) -> str:
    """A text of a shape, of about this length."""
    before, pump, end = shape
    return before + pump * max(1, (length - len(before) - len(end)) // len(pump)) + end


def _pumps(nodes: Any, before: str) -> Iterator[tuple[str, str]]:
    """Each long repetition: what must stand before it, and its body."""
    for node in nodes:
        yield from _pumps_in(node, before)
        before += _sample([node])


def _pumps_in(node: Node, before: str) -> Iterator[tuple[str, str]]:
    name, value = str(node[0]), node[1]
    if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
        _, most, body = value
        if most >= _MANY:
            yield from ((before, pump) for pump in _bodies(body))
        yield from _pumps(body, before)
    elif name == "SUBPATTERN":
        yield from _pumps(value[3], before)
    elif name == "BRANCH":
        for branch in value[1]:
            yield from _pumps(branch, before)
    elif name in {"ASSERT", "ASSERT_NOT"}:
        yield from _pumps(value[1], before)
    elif name == "ATOMIC_GROUP":
        yield from _pumps(value, before)


def _bodies(body: Any) -> Iterator[str]:
    """What a repetition repeats: of a single class each of the samples that it has."""
    if len(body) == 1 and str(body[0][0]) in {"IN", "ANY", "NOT_LITERAL"}:
        yield from [sign for sign in _SAMPLES if _has(body[0], sign)] or [_sample(body)]
    elif len(body) == 1 and str(body[0][0]) == "BRANCH":
        yield from filter(None, map(_sample, body[0][1][1]))
    else:
        yield _sample(body, at_least=1)


def _sample(nodes: Any, at_least: int = 0) -> str:
    """A short text that these match, or nearly."""
    return "".join(_sample_of(node, at_least) for node in nodes)


def _sample_of(node: Node, at_least: int) -> str:
    name, value = str(node[0]), node[1]
    match name:
        case "LITERAL":
            found = chr(value)
        case "IN" | "ANY" | "NOT_LITERAL":
            found = next((sign for sign in _SAMPLES if _has(node, sign)), _first(node))
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, _, body = value
            found = _sample(body, at_least) * max(min(least, _LONGEST_LEAST), at_least)
        case "SUBPATTERN" | "ATOMIC_GROUP" | "BRANCH":
            inside = (
                value[3]
                if name == "SUBPATTERN"
                else value
                if name == "ATOMIC_GROUP"
                else value[1][0]
            )
            found = _sample(inside, at_least)
        case _:
            found = ""
    return found


def _first(node: Node) -> str:
    """The first sign of a class that has none of the samples."""
    if str(node[0]) == "IN":
        for kind, value in node[1]:
            if str(kind) == "LITERAL":
                return chr(value)
            if str(kind) == "RANGE":
                return chr(value[0])
    return "x"


def _has(node: Node, sign: str) -> bool:
    name, value = str(node[0]), node[1]
    if name == "ANY":
        return sign != "\n"
    if name == "NOT_LITERAL":
        return ord(sign) != value
    is_negated = bool(value) and str(value[0][0]) == "NEGATE"
    return any(_is_of(each, sign) for each in value) is not is_negated


def _is_of(each: Node, sign: str) -> bool:
    kind, value = str(each[0]), each[1]
    match kind:
        case "LITERAL":
            return ord(sign) == value
        case "RANGE":
            return value[0] <= ord(sign) <= value[1]
        case "CATEGORY":
            is_word, name = sign.isalnum() or sign == "_", str(value)
            truths = {"DIGIT": sign.isdecimal(), "SPACE": sign.isspace(), "WORD": is_word}
            kept = next(truth for part, truth in truths.items() if name.endswith(part))
            return kept is not name.startswith("CATEGORY_NOT")
        case _:
            return False

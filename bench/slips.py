"""What happens to a receipt between till and transcript: other layouts, and OCR's slips."""

import random
import re

_ALIKE = {
    "0": "OD", "1": "lI", "2": "Z", "3": "B", "5": "S", "6": "G", "7": "?", "8": "B", "9": "g",
    "O": "0Q", "l": "1I",
    "I": "1l", "S": "5", "B": "8", "G": "6", "E": "F", "M": "H", "N": "H", "R": "P", "T": "I",
    "C": "G", "a": "o",
    "e": "c", "c": "e", "n": "m", "u": "v", "i": "l", "t": "f", ".": ", ", ",": ".", ":": ".",
    "/": "1",
}  # fmt: skip
_OTHER_DIGIT = {"0": "8", "1": "7", "3": "8", "5": "6", "6": "8", "7": "1", "8": "3", "9": "0"}
_OTHER_DIGIT_SHARE = 0.25
"""Of the digits that two runs of OCR over the same photos read differently, so many were digits in
both.
"""
_ABOVE = ("31803014", "** COPY **", "Welcome", "~", "A04079.")
_BELOW = (
    "Points earned  42", "You saved  3.10", "Total items  3", "No. of articles 3",
    "www.example.com", "Member 00012345",
    "AUTH CODE 184422", "Exchange within 7 days", "Terminal 0042 Ref 884213", "Next visit 15% off",
)  # fmt: skip
_AMOUNT_AT_END = re.compile(r"\s{2,}(\S.*)$")


def rearranged(text: str, chance: random.Random) -> str:
    """The receipt in another layout: lines of no interest around it, an amount on a line of its
    own. Nothing that it says is changed.
    """
    lines = text.split("\n")
    if chance.random() < 0.3:
        lines.insert(0, chance.choice(_ABOVE))
    for extra in chance.sample(_BELOW, chance.randint(0, 3)):
        lines.insert(len(lines) - chance.randint(0, 1), extra)
    if chance.random() < 0.15:
        longest = max(range(len(lines) // 2, len(lines)), key=lambda i: len(lines[i]))
        label_and_amount = _AMOUNT_AT_END.split(lines[longest])
        if len(label_and_amount) > 1:
            lines[longest : longest + 1] = label_and_amount[:2]
    return "\n".join(lines)


def misread(text: str, chance: random.Random, rate: float) -> str:
    """The text as OCR reads worn print: at this rate a character becomes one that looks alike, is
    lost or doubled; gaps between columns shrink to one space or none.
    """
    read: list[str] = []
    for c in text:
        if c == "\n" or chance.random() >= rate:
            read.append(c)
        elif c == " ":
            read.append(chance.choice(("", " ")))
        else:
            kind = chance.random()
            if c.isdecimal() and chance.random() < _OTHER_DIGIT_SHARE:
                read.append(_OTHER_DIGIT.get(c, c))
            else:
                read.append(
                    chance.choice(_ALIKE.get(c, c)) if kind < 0.75 else "" if kind < 0.95 else c + c
                )
    return "".join(read)


def torn(text: str, chance: random.Random, rate: float) -> str:
    """The text without some of its lines, each lost at this rate."""
    return "\n".join(line for line in text.split("\n") if chance.random() >= rate)

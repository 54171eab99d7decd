"""Mail that was forwarded inside of another's text."""

import re
from dataclasses import dataclass
from typing import Final

# The lines that mail programs write above what they forward, in the languages that the rules read.
_MARKS: Final = re.compile(
    r"^[\s>*_-]*(?:forwarded message|begin forwarded message|original message|forwarded mail"
    r"|weitergeleitete nachricht|anfang der weitergeleiteten (?:e-?mail|nachricht)"
    r"|ursprüngliche nachricht|originalnachricht|weitergeleitete mail|message transféré"
    r"|début du message (?:transféré|réexpédié)|message d'origine|mensaje reenviado"
    r"|mensaje original|inicio del mensaje reenviado|messaggio inoltrato|messaggio originale"
    r"|inizio messaggio inoltrato|mensagem encaminhada|mensagem original|doorgestuurd bericht"
    r"|oorspronkelijk bericht|wiadomość przekazana|przekazana wiadomość|vidarebefordrat meddelande"
    r"|videresendt (?:besked|melding))[\s:*_-]*$",
    re.IGNORECASE,
)
# `From:` and the lines below it. Outlook writes these without a line above them.
_FIELD: Final = re.compile(
    r"^[\s>*]*(?P<name>from|von|de|da|van|från|fra|od|sent|gesendet|envoyé|enviado|inviato"
    r"|verzonden|date|datum|fecha|data"
    r"|to|an|à|para|a|aan|till|til|do|cc|kopie|subject|betreff|objet|asunto|oggetto|assunto"
    r"|onderwerp|ämne|emne|temat"
    r"|reply-to|antwort an)\s*+(?:\*\s*+)?:\*?\s*+(?P<value>.*)$",
    re.IGNORECASE,
)
_FROM: Final = frozenset({"from", "von", "de", "da", "van", "från", "fra", "od"})
_FEWEST_FIELDS: Final = 3
# Each is looked for in all that the one before it holds.
_MOST_FORWARDED: Final = 10
_QUOTE: Final = re.compile(r"^(?:>\s?)+")


@dataclass(frozen=True)
class Forwarded:
    """`note` is what stands above; `sender` is as the forwarded text names them."""

    note: str
    text: str
    sender: str | None


def unwrap(text: str) -> Forwarded | None:
    """The innermost of what was forwarded, up to the tenth; None where the text forwards
    nothing.
    """
    forwarded: Forwarded | None = None
    for _ in range(_MOST_FORWARDED):
        inner = _unwrap_once(text if forwarded is None else forwarded.text)
        if inner is None:
            break
        forwarded = inner
    return forwarded


def _unwrap_once(text: str) -> Forwarded | None:
    lines = text.split("\n")
    for number, line in enumerate(lines):
        marked = bool(_MARKS.match(line))
        if not marked and not _begins_head(lines, number):
            continue
        fields, rest = _head(lines, number + 1 if marked else number)
        sender = next((value for name, value in fields if name in _FROM), None)
        if sender is None:
            continue
        inner = "\n".join(_QUOTE.sub("", each) for each in lines[rest:]).strip("\n")
        return Forwarded("\n".join(lines[:number]).strip("\n"), inner, sender)
    return None


def _begins_head(lines: list[str], number: int) -> bool:
    """Whether the headers of a mail begin on this line: From first, and two others on the lines
    below.
    """
    first = _FIELD.match(lines[number])
    if (
        first is None
        or first["name"].lower() not in _FROM
        or "@" not in " ".join(lines[number : number + 2])
    ):
        return False
    return (
        sum(_FIELD.match(line) is not None for line in lines[number : number + 5]) >= _FEWEST_FIELDS
    )


def _head(lines: list[str], start: int) -> tuple[list[tuple[str, str]], int]:
    """The header lines from `start` on, and where the text behind them begins."""
    fields: list[tuple[str, str]] = []
    place = start
    while place < len(lines) and place < start + 14:
        field = _FIELD.match(lines[place])
        if field is not None:
            fields.append((field["name"].lower(), field["value"].strip()))
        elif lines[place].strip(" >*") and (not fields or fields[-1][1]):
            break
        elif lines[place].strip(" >*"):
            fields[-1] = (fields[-1][0], lines[place].strip())
        elif len(fields) >= _FEWEST_FIELDS:
            break
        place += 1
    return fields, place

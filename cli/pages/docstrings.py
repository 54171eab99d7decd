"""What docstrings say, in parts: the text, what is said of each field, and what is raised."""

import re
from dataclasses import dataclass, field
from inspect import cleandoc
from typing import Final

_SECTION: Final = re.compile(r"^(Attributes|Args|Returns|Raises):$")
_ENTRY: Final = re.compile(r"^    (?P<names>[\w*]+(?:, [\w*]+)*): (?P<text>.*)$")
_NAMED: Final = re.compile(r"`(\w+)`")


@dataclass
class Said:
    """A docstring. `of` has what is said of each field or argument, by its name."""

    text: str = ""
    of: dict[str, str] = field(default_factory=dict[str, str])
    raises: str = ""

    @property
    def named(self) -> set[str]:
        """The fields that it speaks of, in an entry of their own or in its text."""
        return {*self.of, *_NAMED.findall(self.text)}


def said_by(docstring: str | None) -> Said:
    """The parts of a docstring."""
    said = Said()
    section = "text"
    paragraphs: list[list[str]] = [[]]
    names: list[str] = []
    raises: list[str] = []
    for line in cleandoc(docstring or "").splitlines():
        begins = _SECTION.match(line)
        if begins is not None:
            section = begins[1]
            names = []
        elif section in {"text", "Returns"} or (line and not line.startswith(" ")):
            if section in {"Attributes", "Args", "Raises"}:
                section = "text"
                paragraphs.append([])
            _add(paragraphs, line.strip())
        elif section == "Raises":
            raises.append(line.strip())
        else:
            entry = _ENTRY.match(line)
            if entry is not None:
                names = [name.lstrip("*") for name in entry["names"].split(", ")]
                said.of |= dict.fromkeys(names, entry["text"])
            else:
                said.of |= {name: f"{said.of[name]} {line.strip()}".strip() for name in names}
    said.text = "\n\n".join(" ".join(each) for each in paragraphs if each)
    said.raises = " ".join(each for each in raises if each)
    return said


def _add(paragraphs: list[list[str]], line: str) -> None:
    if line:
        paragraphs[-1].append(line)
    elif paragraphs[-1]:
        paragraphs.append([])

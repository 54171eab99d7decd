"""Tries each regular expression under src with 100 KB of its worst input: twice the text takes at
most 2.5 times the CPU time, the best of up to twenty turns. `python -m tests.patterns`, or with a
part of a file's name for some of them.

What comes behind a boundary of the product that bounds its lines is given its text through that
boundary.
"""

# A command's output.

import argparse
import collections
import math
import random
import re
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from tests.patterns.bounded import OWN, as_given, longest_of
from tests.patterns.found import Found, all_patterns
from tests.patterns.worst import shapes, text_of

LENGTH = 100_000
MOST = 2.5
_TURNS = 20
# What takes less is in the clock's noise; what takes the square of the time takes minutes.
_NOISE_SECONDS = 0.02
_SHORT = 3_000
_WORST_OF = 4
# What takes as long already at a fraction of the length is told without going on.
_PATIENCE_SECONDS = 1.0

Asked = Callable[[str], object]


@dataclass(frozen=True)
class Slow:
    """An expression that takes too long on a text of this shape; `seconds` of half the length and
    of all of it.
    """

    found: Found
    shape: tuple[str, str, str]
    length: int
    seconds: tuple[float, float]

    def __str__(self) -> str:
        before, pump, end = self.shape
        half, whole = self.seconds
        return (
            f"{self.found}: {self.length} characters of {before!r} + {pump!r} … + {end!r} take "
            f"{whole:.3f} s, half of "
            f"them {half:.3f} s\n    {self.found.pattern.pattern[:160]!r}"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="?", default="", help="of the file's name")
    asked = parser.parse_args()
    found = [
        each
        for each in all_patterns(_read_some, OWN)
        if asked.part in each.place and not each.place.startswith(OWN)
    ]
    slow = 0
    with ProcessPoolExecutor() as pool:
        for told in pool.map(slowest, found):
            if told:
                slow += 1
                print(f"- {told}", flush=True)
    print(
        f"{len(found)} expressions; {slow} take more than {MOST:g} times as long on twice the text"
    )
    print(f"Proved: {len(found)} expressions")
    return 1 if slow else 0


def _read_some() -> None:
    """What is compiled only for a language or a page is compiled. Imported here: what was imported
    before is not seen.
    """
    from tests.support.invoice_layouts import LAYOUTS, draw
    from tests.unit.tillroll_documents.reading.locales import LOCALES
    from tests.unit.tillroll_documents.reading.printing import print_receipt
    from tillroll_documents.reading.extraction import Transcript
    from tillroll_documents.reading.invoices.printed import read_printed
    from tillroll_documents.reading.page import Page
    from tillroll_documents.reading.receipt import read

    for locale in LOCALES:
        read(Transcript.from_text(print_receipt(random.Random(1), (locale,)).text))
    for layout in LAYOUTS:
        read_printed(Page.of(Transcript.from_text("\n".join(draw(layout, 1).lines))))


def slowest(found: Found) -> Slow | None:
    """The first text on which it takes too long; None where there is none."""
    length = longest_of(found, LENGTH)
    tried: list[tuple[float, tuple[str, str, str], Asked]] = []
    for shape in shapes(found.pattern.pattern, found.pattern.flags):
        text = as_given(found, text_of(shape, min(_SHORT, length)))
        tried += [(_seconds(way, text), shape, way) for way in _ways(found)]
    tried.sort(key=lambda each: each[0], reverse=True)
    for _, shape, way in tried[:_WORST_OF]:
        slow = _slow(found, shape, way, length)
        if slow is not None:
            return slow
    return None


def _slow(found: Found, shape: tuple[str, str, str], way: Asked, length: int) -> Slow | None:
    """Whether a shape takes too long: at growing lengths, so that nobody waits for what is plain
    before.
    """
    half, whole = 0.0, 0.0
    for part in (16, 8, 4, 2, 1):
        now = length // part
        half, whole = whole, _seconds(way, as_given(found, text_of(shape, now)))
        if part > 1 and whole > _PATIENCE_SECONDS:
            return Slow(found, shape, now, (half, whole))
    if whole < _NOISE_SECONDS or whole <= MOST * half:
        return None
    texts = [as_given(found, text_of(shape, now)) for now in (length // 2, length)]
    half = math.inf
    whole = math.inf
    # By turns: what else the machine does slows both. The square of the time stays four times.
    for _ in range(_TURNS):
        half = min(half, _seconds(way, texts[0]))
        whole = min(whole, _seconds(way, texts[1]))
        if whole < _NOISE_SECONDS or whole <= MOST * half:
            return None
    return Slow(found, shape, length, (half, whole))


def _ways(found: Found) -> Iterable[Asked]:
    pattern: re.Pattern[str] = found.pattern
    if found.is_searched:
        yield lambda text: collections.deque(pattern.finditer(text), maxlen=0)
    if "fullmatch" in found.methods:
        yield pattern.fullmatch
    if "match" in found.methods:
        yield pattern.match


def _seconds(way: Asked, text: str) -> float:
    began = time.process_time()
    way(text)
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())

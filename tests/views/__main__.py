"""`make views`: the months of FIRMS firms in all views. SEED repeats a difference."""

import asyncio
import sys
import time
from typing import Final

from tests.prove.playing import begin, parser_of, say
from tests.views.comparing import Comparison
from tests.views.playing import open_play, play_months
from tests.views.story import draw_story

_PAPERS: Final = 3
_MOST_SHOWN: Final = 40


def main() -> None:
    """Raises SystemExit: a view shows another figure than the requests come to."""
    parser = parser_of("views", __doc__)
    parser.add_argument("--firms", type=int, default=4, help="how many firms are played")
    options = parser.parse_args()
    first = begin(options)
    say(f"views: {options.firms} firms, SEED={first}")
    comparison = Comparison()
    began = time.monotonic()
    for seed in range(first, first + options.firms):
        asyncio.run(compare_firm(comparison, seed, papers=_PAPERS))
    seconds = time.monotonic() - began
    if comparison.differences:
        say("\n".join(comparison.differences[:_MOST_SHOWN]))
        sys.exit(f"{len(comparison.differences)} of {comparison.compared} figures differ")
    say(f"Proved: {comparison.compared} figures of {options.firms} firms in {seconds:.0f} s")


async def compare_firm(comparison: Comparison, seed: int, papers: int) -> None:
    """Play one firm, with so many papers of each seller a month, and compare its views."""
    async with open_play(draw_story(seed, papers)) as play:
        await play_months(play, comparison.check)


if __name__ == "__main__":
    main()

"""Whether work takes linear time. A bound in seconds would tell how busy the machine is."""

import math
import time
from collections.abc import Callable

import pytest

_TIMES = 4
_MOST = 9
"""Between the four times of linear work and the sixteen of what grows with the square."""
_UNMEASURABLE_SECONDS = 0.05
_TRIES = 5


def assert_linear(work: Callable[[int], object], size: int) -> None:
    """Fail where `work(size)` takes more than nine times as long as a quarter of the size.

    Both are measured by turns, and the shortest of each count: a busy machine only adds.
    """
    work(size // _TIMES)  # what is imported or made once
    quarter = _seconds(work, size // _TIMES)
    whole = math.inf
    for _ in range(_TRIES):
        quarter = min(quarter, _seconds(work, size // _TIMES))
        whole = min(whole, _seconds(work, size))
        if whole < _UNMEASURABLE_SECONDS or whole <= _MOST * quarter:
            return
    pytest.fail(f"size {size} took {whole:.3f} s, a quarter of it {quarter:.3f} s")


def _seconds(work: Callable[[int], object], size: int) -> float:
    began = time.process_time()
    work(size)
    return time.process_time() - began

"""A part of a page that is made from the code, between two lines that say so."""

import re


def with_part(page: str, begin: str, made: str, end: str) -> str:
    """The page with what stands between `begin` and `end` made anew.

    Raises:
        ValueError: the page has no place for it.
    """
    between = f"{re.escape(begin)}.*?{re.escape(end)}"
    new, count = re.subn(between, lambda _: f"{begin}{made}{end}", page, flags=re.DOTALL)
    if count != 1:
        raise ValueError(f"the page has to have {begin.strip()} and {end.strip()} once")
    return new

"""Random campaigns, which `make test` plays in part and `make points` whole."""

import os

_SHARE_OF_A_TEST = 5
_IS_WHOLE = bool(os.environ.get("SHARE"))


def of_campaign(count: int) -> int:
    """How many of `count` random cases are tried now: a fifth in `make test`."""
    return count if _IS_WHOLE else max(1, count // _SHARE_OF_A_TEST)

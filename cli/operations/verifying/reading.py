"""What the deployment has read of a photo."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """`trouble` is why there is none, empty where there is one; `reasons` are why a person was
    asked.
    """

    run_id: str = ""
    lines: int = 0
    reasons: tuple[str, ...] = ()
    trouble: str = ""

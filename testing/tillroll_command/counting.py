"""Counts in sentences: the noun, and the verb that may follow it, agree with the number."""


def counted(count: int, one: str, many: str | None = None) -> str:
    """Such as "1 run" or "12 runs"; `many` is of a noun that takes no s, or of one with a verb."""
    if count == 1:
        words = one
    elif many is None:
        words = f"{one}s"
    else:
        words = many
    return f"{count} {words}"

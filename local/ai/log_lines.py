"""What of the AI server's log a developer wants to see."""

from collections.abc import Iterator


class AiServerLines:
    """The AI server's lines but its information, named as its."""

    def feed(self, line: str) -> Iterator[str]:
        if line.strip() and not line.startswith("INFO"):
            yield f"AI server: {line}"

    def flush(self) -> Iterator[str]:
        return iter(())

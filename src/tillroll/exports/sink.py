"""What a ZIP writes into: bytes that wait to be taken."""


class Sink:
    """It cannot be sought in, so sizes stand behind entries."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def write(self, content: bytes) -> int:
        self._waiting += content
        return len(content)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def take(self) -> bytes:
        content = bytes(self._waiting)
        self._waiting.clear()
        return content


def moment(at: str) -> tuple[int, int, int, int, int, int]:
    """UTC text as a ZIP's entries have it."""
    day, time = at[:10].split("-"), at[11:19].split(":")
    return (int(day[0]), int(day[1]), int(day[2]), int(time[0]), int(time[1]), int(time[2]))

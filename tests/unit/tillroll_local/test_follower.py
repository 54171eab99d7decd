"""A log is followed from a new file's start, also when the next start replaces it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.running_stack import wait_until
from tillroll_local.follower import Follower


class Everything:
    def feed(self, line: str) -> Iterator[str]:
        yield line

    def flush(self) -> Iterator[str]:
        return iter(())


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "wrangler.log"


def test_new_files_are_shown_from_their_start_and_old_ones_not(log: Path) -> None:
    log.write_text("of the start before\n", encoding="utf-8")
    shown: list[str] = []
    follower = Follower(log, Everything(), shown.append)
    follower.start()
    for content in ("one\ntwo\n", "three\n"):
        log.rename(log.with_name("wrangler.log.previous"))
        log.write_text(content, encoding="utf-8")
        wait_until(
            lambda content=content: content.splitlines()[-1] in shown, f"{content!r} to be shown"
        )
    follower.stop()
    assert shown == ["one", "two", "three"]


def test_a_line_is_shown_when_it_is_whole(log: Path) -> None:
    shown: list[str] = []
    follower = Follower(log, Everything(), shown.append)
    with log.open("w", encoding="utf-8") as file:
        for piece in ("begin", "ning, ü", " and end\nno end"):
            file.write(piece)
            file.flush()
            follower.start() if piece == "begin" else None
    wait_until(lambda: shown, "the line")
    follower.stop()
    assert shown == ["beginning, ü and end"]


def test_it_goes_on_where_a_start_has_just_moved_the_file_away(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tillroll_local.follower._POLL_SECONDS", 0)
    shown: list[str] = []
    follower = Follower(log, Everything(), shown.append)
    follower.start()
    for number in range(1000):
        log.write_text(f"{number}\n", encoding="utf-8")
        log.rename(log.with_name("wrangler.log.previous"))
    log.write_text("the last\n", encoding="utf-8")
    wait_until(lambda: "the last" in shown, "the last file's line")
    follower.stop()

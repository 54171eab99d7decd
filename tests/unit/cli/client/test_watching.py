"""A watched folder: what is taken when, and what is remembered."""

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from cli.client.api import Api
from cli.client.server import Server
from cli.upload.memory import Memory
from cli.upload.sending import Outcome, Sent
from cli.upload.settling import Look, Settling
from cli.upload.watching import Watch
from tests.unit.cli.client.fake_server import problem, silent
from tillroll_command.endings import Code, Stopped

_LONG_AGO = time.time() - 3600


def refusing(kind: str, status: int) -> Callable[[httpx.Request], httpx.Response]:
    def answer(_: httpx.Request) -> httpx.Response:
        return problem(kind, status)

    return answer


class Watched:
    """A folder under watch, whose files are as old as a test says, and a server that keeps what it
    gets.
    """

    def __init__(self, base: Path) -> None:
        self.folder = base / "in"
        self.folder.mkdir()
        self.file = base / "state" / "memory.sqlite"
        self.received: list[bytes] = []
        self.told: list[Sent] = []
        self.noted: list[str] = []
        self.slept: list[float] = []
        self.answer: Callable[[httpx.Request], httpx.Response] = self.take

    def take(self, request: httpx.Request) -> httpx.Response:
        is_new = request.content not in self.received
        self.received.append(request.content)
        run_id = f"run_{hashlib.sha256(request.content).hexdigest()[:8]}"
        return httpx.Response(
            202 if is_new else 200,
            json={"runId": run_id, "receiptId": "rec", "status": "processing"},
        )

    def put(self, name: str, content: bytes, at: float = _LONG_AGO) -> None:
        (self.folder / name).write_bytes(content)
        os.utime(self.folder / name, (at, at))

    def look(self, times: int = 1) -> None:
        """As a command of its own would: begun, so many looks, and gone."""
        transport = httpx.MockTransport(self.answer)
        api = Api(Server("https://tillroll.test", "till_x", "a test"), transport, self.slept.append)
        memory = Memory(self.file)
        watch = Watch(
            self.folder,
            api,
            memory,
            settle=2,
            at_once=2,
            told=self.told.append,
            note=self.noted.append,
        )
        try:
            for _ in range(times):
                watch.look()
        finally:
            memory.close()


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def test_what_was_sent_is_remembered_beyond_the_command(watched: Watched) -> None:
    watched.put("a.jpg", b"a")
    watched.look()
    watched.put("b.jpg", b"b")
    watched.look(3)
    assert watched.received == [b"a", b"b"]
    assert watched.file.stat().st_mode & 0o077 == 0


def test_a_kill_before_it_is_remembered_sends_the_same_receipt_again(watched: Watched) -> None:
    watched.put("a.jpg", b"a")
    watched.look()
    watched.file.unlink()
    watched.look()
    assert [sent.outcome for sent in watched.told] == [Outcome.SENT, Outcome.KNOWN]
    assert watched.told[0].run_id == watched.told[1].run_id


def test_another_name_for_the_same_bytes_is_not_sent(watched: Watched) -> None:
    watched.put("a.jpg", b"a")
    watched.look()
    watched.put("copy.jpg", b"a")
    watched.look()
    assert watched.received == [b"a"]
    assert (watched.told[1].outcome, watched.told[1].run_id) == (
        Outcome.KNOWN,
        watched.told[0].run_id,
    )


def test_other_bytes_under_the_same_name_are_another_receipt(watched: Watched) -> None:
    watched.put("scan.jpg", b"first")
    watched.look()
    watched.put("scan.jpg", b"second", _LONG_AGO + 60)
    watched.look()
    assert watched.received == [b"first", b"second"]


def test_a_file_that_is_being_written_is_left_alone(watched: Watched) -> None:
    watched.put("new.jpg", b"half", time.time())
    watched.put("empty.jpg", b"")
    watched.put("a.jpg.part", b"a")
    watched.look(3)
    assert watched.received == []


def test_a_refused_file_is_said_once_and_not_sent_again(watched: Watched) -> None:
    watched.answer = refusing("unsupported-media-type", 415)
    watched.put("a.jpg", b"a")
    watched.look(2)
    watched.look()
    assert [sent.outcome for sent in watched.told] == [Outcome.REFUSED]


def test_a_server_that_is_away_is_waited_for(watched: Watched) -> None:
    watched.answer = silent
    watched.put("a.jpg", b"a")
    watched.look(3)
    assert len(watched.noted) == 1
    assert len(watched.slept) == 6, "three looks, each asked for three times"
    assert "tried again" in watched.noted[0]
    watched.answer = watched.take
    watched.look()
    assert watched.received == [b"a"]


@pytest.mark.parametrize("kind", [("unauthenticated", 401), ("other-account", 409)])
def test_it_stops_where_the_token_is_no_longer_the_accounts(
    watched: Watched, kind: tuple[str, int]
) -> None:
    watched.answer = refusing(*kind)
    watched.put("a.jpg", b"a")
    with pytest.raises(Stopped) as stopped:
        watched.look()
    assert stopped.value.code in {Code.NOT_ALLOWED, Code.REFUSED}
    watched.answer = watched.take
    watched.look()
    assert watched.received == [b"a"]


def test_two_commands_do_not_watch_one_folder(watched: Watched) -> None:
    memory = Memory(watched.file)
    try:
        with pytest.raises(Stopped, match="watches this folder already"):
            Memory(watched.file)
    finally:
        memory.close()


def test_a_folder_that_is_gone_is_said(watched: Watched) -> None:
    watched.folder.rmdir()
    with pytest.raises(Stopped, match="is gone"):
        watched.look()


JPEG = b"\xff\xd8\xff\xe0 a picture "


@pytest.mark.parametrize(
    ("content", "rested", "is_complete"),
    [
        (JPEG + b"\xff\xd9", 2.5, True),
        (JPEG + b"\xff\xd9", 1.5, False),
        (JPEG, 2.5, False),
        (JPEG, 31, True),
        (b"%PDF-1.7 ... %%EOF\n", 2.5, True),
        (b"%PDF-1.7 ... ", 2.5, False),
        (b"\x89PNG\r\n\x1a\n ... ", 2.5, False),
        (b"<Invoice/>", 2.5, True),
    ],
)
def test_a_picture_without_its_end_is_waited_for_longer(
    content: bytes, rested: float, *, is_complete: bool, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    settling, look = Settling(2), Look(len(content), int(1e18))
    assert not settling.is_complete(file, look, 100.0, 1e9)
    assert settling.is_complete(file, look, 100.0 + rested, 1e9) is is_complete


def test_a_file_that_changes_rests_anew(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"ab")
    settling = Settling(2)
    assert not settling.is_complete(file, Look(1, int(1e18)), 100.0, 1e9)
    assert not settling.is_complete(file, Look(2, int(1e18)), 103.0, 1e9)
    assert settling.is_complete(file, Look(2, int(1e18)), 105.5, 1e9)

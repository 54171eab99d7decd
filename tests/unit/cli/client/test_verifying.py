"""`tillroll verify`: each line is proven, not proven or failed by what the deployment answers."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.client.api import Api, NoAnswer
from cli.client.server import Server
from cli.operations.deploying.errors import NotDeployed
from cli.operations.deploying.record import Answers, Record
from cli.operations.verifying.deployment import Deployment
from cli.operations.verifying.lines import Stand
from cli.operations.verifying.subjects import SUBJECTS, verify
from cli.pages.docs import DEPLOYING_PAGE
from cli.pages.unproven_page import with_unproven
from tests.unit.cli.client.fake_server import URL, FakeServer, ok, page, problem, silent

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
TICK = NOW.timestamp() - 60
CALL = {
    "model": "@cf/m",
    "state": "completed",
    "reason": None,
    "outputTokens": 5,
    "costMicroUsd": 7,
}
READ = {"status": "complete", "review": None, "transcript": {"lines": ["A", "B", "C"]}}
BY_HAND = {"failures of Workers AI and Images", "wrangler dev with a login", "pywrangler"}
PHOTOS = ("JPEG", "PNG", "WebP", "HEIC", "a turned photo (EXIF)")


@dataclass
class World:
    """A deployment that is well in all that `verify` can see."""

    server: FakeServer
    record: Record
    counts: Mapping[str, int] | NotDeployed = field(default_factory=lambda: {"success": 2_000})
    photos: list[Path] = field(default_factory=list[Path])

    def stands(self) -> dict[str, tuple[Stand, str]]:
        """How each line stands, and its text."""
        transport = httpx.MockTransport(self.server.answer)
        api = Api(Server(URL, "till_x", "the deployment"), transport, self.server.slept.append)
        deployment = Deployment(
            api,
            self.record,
            NOW,
            self._count,
            photos=self.photos,
            sleep=self.server.slept.append,
            clock=NOW.timestamp,
        )
        return {
            line.subject: (line.finding.stand, line.finding.text) for line in verify(deployment)
        }

    def _count(self) -> Mapping[str, int]:
        if isinstance(self.counts, NotDeployed):
            raise self.counts
        return self.counts


@pytest.fixture
def world(server: FakeServer, tmp_path: Path) -> World:
    server.on("GET /api/health", ok({"status": "ok"}))
    server.on("GET /api/query-check", ok(_check(None)))
    server.on("GET /api/metrics", _metrics(TICK))
    server.on("POST /api/receipts", _uploaded)
    server.on(
        "GET /api/runs/run_letter",
        ok({"status": "needs_review"}),
        ok({"status": "needs_review"}),
        _rejected(),
    )
    server.on("POST /api/runs/run_letter/review", ok({}))
    server.on("GET /api/runs/run_photo", ok(READ))
    server.on("GET /api/ai-calls", page(CALL))
    server.on("GET /api/received-mail", page({"state": "done", "isAuthenticated": True}))
    record = Record(
        "tillroll",
        Answers("a" * 32, mail_domain="example.com"),
        migrated={"0001.sql": "x"},
        watched="v2",
        startup=400,
        checked_run="run_1",
        is_restored=True,
    )
    return World(server, record, photos=_photos(tmp_path))


def _check(refused_after: int | None) -> dict[str, Any]:
    refusal = None if refused_after is None else "Too many API requests"
    counted = {"queries": 988, "limit": 1000, "refusedAfter": refused_after, "refusal": refusal}
    return {**counted, "readsNear": True}


def _metrics(tick: float) -> httpx.Response:
    return httpx.Response(200, text=f"tillroll_reconciler_last_tick_timestamp_seconds {tick}\n")


def _uploaded(request: httpx.Request) -> httpx.Response:
    run = "run_letter" if request.headers["x-file-name"] == "letter.pdf" else "run_photo"
    return httpx.Response(
        202, json={"runId": run, "receiptId": "rec_1", "status": "processing", "paidBy": "company"}
    )


def _rejected() -> httpx.Response:
    return ok({"status": "rejected"})


def _photos(folder: Path) -> list[Path]:
    """A file of each format, of which one says that it lies on its side: tag 274, a SHORT, is 6
    (Exif 3.0, 4.6.5).
    """
    turned = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 274, 3, 1, 6, 0, 0)
    contents = {"a.jpg": b"\xff\xd8\xff", "b.png": b"png", "c.webp": b"webp", "d.heic": b"heic"}
    contents["e.jpeg"] = b"\xff\xd8\xff\xe1\x00\x24" + turned
    paths: list[Path] = []
    for name, content in contents.items():
        path = folder / name
        path.write_bytes(content)
        paths.append(path)
    return paths


def test_all_that_can_be_seen_is_proven(world: World) -> None:
    stands = world.stands()
    assert [*stands] == [each.name for each in SUBJECTS]
    rest = {name for name, (stand, _) in stands.items() if stand is not Stand.PROVEN}
    assert rest == BY_HAND | {"prices"}
    assert {stands[name][0] for name in rest} == {Stand.NOT_PROVEN}
    assert stands["a turned photo (EXIF)"][1] == "1 read, with 3 to 3 lines of text"
    uploads = [each for each in world.server.asked if each.url.path == "/api/receipts"]
    assert len(uploads) == len(world.photos) + 1


def test_what_was_not_seen_is_not_proven(world: World) -> None:
    world.record = Record("tillroll", Answers("a" * 32))
    world.counts = {"success": 10}
    world.photos = []
    world.server.on("GET /api/ai-calls", page())
    stands = world.stands()
    seen = {"D1, R2, Queue", "query counting", "reads near people", "cron", "wake-up"}
    assert {name for name, (stand, _) in stands.items() if stand is Stand.PROVEN} == seen
    assert {stand for name, (stand, _) in stands.items() if name not in seen} == {Stand.NOT_PROVEN}
    assert "10 invocations" in stands["memory"][1]


def test_mail_is_waited_for_where_it_comes_in(world: World) -> None:
    world.server.on("GET /api/received-mail", page())
    stand, text = world.stands()["mail headers"]
    assert stand is Stand.NOT_PROVEN
    assert "example.com" in text


def test_figures_that_may_not_be_read_prove_nothing(world: World) -> None:
    world.counts = NotDeployed("Cloudflare has no figures: not authorized")
    stand, text = world.stands()["memory"]
    assert stand is Stand.NOT_PROVEN
    assert "not authorized" in text


@pytest.mark.parametrize(
    ("subject", "path", "answer", "text"),
    [
        (
            "D1, R2, Queue",
            "GET /api/health",
            ok({"status": "failing", "parts": {"objects": "failing"}}),
            "objects",
        ),
        ("query counting", "GET /api/query-check", ok(_check(500)), "after 500 of 1000: Too many"),
        (
            "reads near people",
            "GET /api/query-check",
            ok({**_check(None), "readsNear": False}),
            "no bookmark",
        ),
        ("cron", "GET /api/metrics", _metrics(TICK - 600), "Triggers"),
        ("cron", "GET /api/metrics", httpx.Response(200, text="# EOF\n"), "Triggers"),
        ("wake-up", "POST /api/receipts", problem("too-large", 413), "refused"),
        ("wake-up", "GET /api/runs/run_letter", ok({"status": "complete"}), "is complete"),
        ("wake-up", "GET /api/runs/run_letter", ok({"status": "needs_review"}), "does not go on"),
        *(
            (name, "GET /api/runs/run_photo", ok({**READ, "status": "failed"}), "is failed")
            for name in PHOTOS
        ),
        *(
            (name, "GET /api/runs/run_photo", ok({**READ, "transcript": None}), "has 0 lines")
            for name in PHOTOS
        ),
        (
            "model answers and finish_reason",
            "GET /api/runs/run_photo",
            ok({**READ, "status": "needs_review", "review": {"reasons": ["transcript_cut"]}}),
            "of 5 photos 5 were cut",
        ),
        (
            "model answers and finish_reason",
            "GET /api/ai-calls",
            page(CALL, {**CALL, "reason": "unusable"}, {**CALL, "outputTokens": None}),
            "3 calls: 1 failed or were of no use, 1 say no tokens",
        ),
        (
            "prices",
            "GET /api/ai-calls",
            page({**CALL, "costMicroUsd": None}),
            "@cf/m: name its price",
        ),
        (
            "mail headers",
            "GET /api/received-mail",
            page({"state": "refused", "isAuthenticated": False}),
            "has not proven",
        ),
    ],
)
def test_what_is_seen_otherwise_has_failed(
    world: World, subject: str, path: str, answer: httpx.Response, text: str
) -> None:
    world.server.on(path, answer)
    stand, its_text = world.stands()[subject]
    assert (stand, text in its_text) == (Stand.FAILED, True), its_text


def test_a_canary_that_was_left_and_a_slow_start_have_failed(world: World) -> None:
    world.record.canary = "v3"
    world.record.startup = 1_000
    world.counts = {"success": 5_000, "exceededMemory": 2, "exceededResources": 1}
    stands = world.stands()
    assert {name for name, (stand, _) in stands.items() if stand is Stand.FAILED} == {
        "canary",
        "start-up CPU",
        "memory",
    }
    assert "--late-imports" in stands["start-up CPU"][1]


def test_a_refusal_fails_its_own_line_only(world: World) -> None:
    del world.server.answers["GET /api/query-check"]
    stands = world.stands()
    assert {name for name, (stand, _) in stands.items() if stand is Stand.FAILED} == {
        "query counting",
        "reads near people",
    }


def test_a_deployment_that_does_not_answer_ends_it(world: World) -> None:
    world.server.on("GET /api/metrics", silent)
    with pytest.raises(NoAnswer):
        world.stands()


def test_the_page_has_the_lines_of_the_command() -> None:
    text = DEPLOYING_PAGE.read_text(encoding="utf-8")
    assert with_unproven(text) == text
    table = text.partition("| line | not proven | by |\n")[2].partition("\n<!--")[0]
    rows = table.splitlines()[1:]
    names = [each.name for each in SUBJECTS]
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == names
    assert len(names) == len({*names})

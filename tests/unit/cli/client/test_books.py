"""The books from a terminal."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.endings import Code
from cli.reference.examples.books import ANSWERS, DECIDE
from tests.unit.cli.client.fake_server import FakeServer, ok, page

_OF = "/api/books/connections/{connection_id}"


def test_what_is_not_in_the_books_is_said_with_why(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/books/status", ok(ANSWERS["GET /api/books/status 200"]))
    assert server.run("books", "status") == Code.DONE
    said = capsys.readouterr().out
    assert (
        "Books: 2 are not in the books as they should be; 3 expenses are not approved yet. 41 are "
        "there." in said
    )
    assert "  3 not approved: They are not approved yet: the books get them once they are." in said
    assert (
        "2 unmapped: A category, a tax rate or a person has no place in the books: map it." in said
    )
    assert "Not in Xero: The category 'Travel' has no account." in said


def test_more_than_the_examples_are_counted(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    status = json.loads(json.dumps(ANSWERS["GET /api/books/status 200"]))
    status["connections"][0]["lacking"][0]["items"] = 6
    status["connections"][0]["connection"]["firstSyncAt"] = None
    server.on("GET /api/books/status", ok(status))
    assert server.run("books", "status") == Code.DONE
    said = capsys.readouterr().out
    assert "    and 5 more\n" in said
    assert "are left out" not in said, "they are said to be not approved"
    assert "Nothing is written until you begin the first sync: `tillroll books sync bkn_" in said


def _problem(code: str, title: str, **more: object) -> httpx.Response:
    said = {
        "type": f"urn:tillroll:problem:{code}",
        "title": title,
        "detail": "Send skipUnmapped, see `errors`.",
    }
    return httpx.Response(422, json={**said, **more})


def test_what_is_refused_is_said_in_words_of_the_command(
    server: FakeServer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    wrong = "Some values cannot be taken"
    errors = [
        {"field": "firstDay", "message": "Give a day."},
        {"field": "url", "message": "Give the address."},
    ]
    server.on("POST /api/books/connections", _problem("invalid-values", wrong, errors=errors))
    assert server.run("books", "connect", "signed", "Books", "--from", "1") == Code.REFUSED
    assert (
        capsys.readouterr().err
        == f"{wrong}:\n  --from: Give a day.\n  --address: Give the address.\n"
    )
    file = tmp_path / "mapping.json"
    file.write_text(
        json.dumps({"words": [{"what": "category", "word": "Travel", "code": "9"}]}),
        encoding="utf-8",
    )
    errors = [{"field": "words.0", "message": "The books have no active account 9."}]
    server.on(
        "PUT /api/books/connections/bkn_1/mapping", _problem("invalid-values", wrong, errors=errors)
    )
    assert server.run("books", "map", "bkn_1", str(file)) == Code.REFUSED
    assert (
        capsys.readouterr().err
        == f"{wrong}:\n  category 'Travel': The books have no active account 9.\n"
    )
    unmapped = ANSWERS[f"GET {_OF}/mapping 200"]["unmapped"]
    title = "Some words have no place in the books"
    server.on(
        "POST /api/books/connections/bkn_1/syncs",
        _problem("books-unmapped", title, unmapped=unmapped),
    )
    assert server.run("books", "sync", "bkn_1") == Code.REFUSED
    assert capsys.readouterr().err == (
        f"{title}, and nothing was begun:\n"
        "  The category 'Travel' has no account. 3 wait for it.\n"
        "Map them by `tillroll books map bkn_1 FILE`, or sync the others with --skip-unmapped.\n"
    )


def test_they_are_connected(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on(
        "POST /api/books/connections",
        httpx.Response(201, json=ANSWERS["POST /api/books/connections 201"]),
    )
    assert (
        server.run("books", "connect", "xero", "Books", "--from", "2026-01-01", "--approved")
        == Code.DONE
    )
    assert server.bodies() == [
        {
            "name": "Books",
            "provider": "xero",
            "firstDay": "2026-01-01",
            "onlyApproved": True,
            "onChange": True,
        }
    ]
    said = capsys.readouterr().out
    assert "Say yes at https://login.xero.com/" in said
    assert "Nothing is written until you begin the first sync: `tillroll books sync bkn_" in said


def test_words_are_mapped_by_a_file(
    server: FakeServer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    answer = ANSWERS[f"GET {_OF}/mapping 200"]
    file = tmp_path / "mapping.json"
    file.write_text(json.dumps(answer), encoding="utf-8")
    server.on("PUT /api/books/connections/bkn_1/mapping", ok(answer))
    assert server.run("books", "map", "bkn_1", str(file)) == Code.DONE
    assert server.bodies() == [{"words": answer["words"]}]
    said = capsys.readouterr().out
    assert "3 words are mapped." in said
    assert "The category 'Travel' has no account. 3 wait for it: category 'Travel'" in said
    file.write_text("[]", encoding="utf-8")
    assert server.run("books", "map", "bkn_1", str(file)) == Code.USAGE


def test_a_dry_run_shows_what_would_be_written(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/books/connections/bkn_1/dry-run", ok(ANSWERS[f"GET {_OF}/dry-run 200"]))
    assert server.run("books", "dry-run", "bkn_1") == Code.DONE
    said = capsys.readouterr().out
    assert (
        "create\tR-1042\tBlue Bottle Coffee\t12.50 EUR\t6640 Entertainment, Input tax 19 %" in said
    )


def test_a_sync_is_begun_and_shown(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on(
        "POST /api/books/connections/bkn_1/syncs",
        httpx.Response(202, json=ANSWERS[f"POST {_OF}/syncs 202"]),
    )
    sync: dict[str, Any] = ANSWERS["GET /api/books/syncs/{sync_id} 200"]
    running = {**sync, "state": "running"}
    server.on(f"GET /api/books/syncs/{sync['id']}", ok(running), ok(sync))
    assert server.run("books", "sync", "bkn_1", "--skip-unmapped", "--key", "today") == Code.DONE
    [asked, *looked] = server.asked
    assert len(looked) == 2, "it waits until the sync has ended"
    assert asked.headers["idempotency-key"] == "today"
    assert server.bodies() == [{"skipUnmapped": True, "compare": False}]
    assert "completed. 41 written, 2 set aside" in capsys.readouterr().out
    shut: dict[str, Any] = {**sync, "state": "disconnected", "outcomes": {}}
    server.on(f"GET /api/books/syncs/{sync['id']}", ok(shut))
    assert server.run("books", "sync", "bkn_1") == Code.NEEDS_PERSON
    assert "disconnected. the books let us in no more: connect again" in capsys.readouterr().out
    server.on(f"GET /api/books/syncs/{sync['id']}", ok(sync))
    server.on(
        f"GET /api/books/syncs/{sync['id']}/outcomes",
        ok(ANSWERS["GET /api/books/syncs/{sync_id}/outcomes 200"]),
    )
    assert server.run("books", "show", sync["id"]) == Code.DONE
    assert "completed. 41 written, 2 set aside" in capsys.readouterr().out


def test_where_an_expense_is(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on(
        "GET /api/books/subjects/exp_1", ok(ANSWERS["GET /api/books/subjects/{subject_id} 200"])
    )
    assert server.run("books", "where", "exp_1") == Code.DONE
    assert capsys.readouterr().out == "Books: In Xero as R-1042, 20 Nov\n"
    server.on("GET /api/books/subjects/exp_2", ok({"items": []}))
    assert server.run("books", "where", "exp_2") == Code.DONE
    assert capsys.readouterr().out == "No books are to have it.\n"


def test_a_conflict_is_listed_and_decided(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/books/conflicts", ok(ANSWERS["GET /api/books/conflicts 200"]))
    assert server.run("books", "conflicts") == Code.DONE
    assert "number: R-1042, R-1042 (Ann)" in capsys.readouterr().out
    [conflict] = ANSWERS["GET /api/books/conflicts 200"]["items"]
    lines = {
        "field": "lines",
        "ours": conflict["ours"]["lines"],
        "theirs": conflict["theirs"]["lines"],
    }
    total = {"field": "total", "ours": 1250, "theirs": 1300}
    server.on("GET /api/books/conflicts", page({**conflict, "differences": [lines, total]}))
    assert server.run("books", "conflicts") == Code.DONE
    said = capsys.readouterr().out
    assert "Blue Bottle Coffee, Meals 12.50 EUR (6640 Entertainment, Input tax 19 %)" in said
    assert "total: 12.50 EUR, 13.00 EUR" in said
    answer = ANSWERS[f"{DECIDE} 200"]
    server.on("POST /api/books/conflicts/bkc_1/decision", ok(answer))
    assert server.run("books", "decide", "bkc_1", "ours") == Code.DONE
    assert server.bodies() == [{"decision": "ours"}]
    assert "ours holds" in capsys.readouterr().out


def test_what_was_set_aside_is_looked_at_again(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST /api/books/connections/bkn_1/retries", ok({"items": 2}))
    assert server.run("books", "retry", "bkn_1", "refused") == Code.DONE
    assert server.bodies() == [{"code": "refused"}]
    assert capsys.readouterr().out == "2 are looked at again by the next sync.\n"

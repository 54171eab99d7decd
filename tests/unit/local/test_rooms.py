"""The tests of a room are found by what they import, ask and play."""

import pytest

from tests.rooms.__main__ import main, parts_of
from tests.rooms.finding import (
    TESTS,
    all_rooms,
    all_tests,
    find_page_tests,
    find_tests,
    kinds_of,
    room_of,
    routes_of,
)
from tillroll.app import MODULES

PAYOUTS = "tillroll.payouts"


@pytest.mark.parametrize(
    "name",
    [
        "unit/payouts/test_batches.py",  # it lies in the room's folder
        "simulation/test_paying.py",  # it plays the room's kind
        "simulation/test_paying_back.py",  # its helper imports the room
        "simulation/test_second_persons.py",
        "integration/test_payouts.py",  # it asks the room's routes
        "browser/test_payouts.py",  # it has the room's name
    ],
)
def test_tests_of_every_part_are_found(name: str) -> None:
    assert TESTS / name in find_tests(PAYOUTS)


@pytest.mark.parametrize(
    "name",
    [
        "unit/travel",
        "unit/books/test_xero.py",
        "simulation/test_books_documents.py",
        "browser/test_books.py",
    ],
)
def test_tests_of_other_rooms_are_not_found(name: str) -> None:
    assert [each for each in find_tests(PAYOUTS) if each.is_relative_to(TESTS / name)] == []


def test_a_room_of_the_product_has_some_tests_and_never_most() -> None:
    rooms = [module.path for module in MODULES if module.routers and module.name != "workflows"]
    counts = {room: len(find_tests(room)) for room in rooms}
    assert [room for room, count in counts.items() if count == 0] == []
    assert max(counts.values()) < len(all_tests()) / 3, counts


def test_a_room_is_named_by_its_folder_or_its_file() -> None:
    assert room_of("payouts") == PAYOUTS
    assert room_of("payouts/owed") == "tillroll.payouts.owed"
    assert room_of("src/tillroll/payouts/sepa.py") == "tillroll.payouts.sepa"
    assert room_of("bank_files") == "tillroll_documents.bank_files"
    assert room_of("platform") == "tillroll_durable.platform"
    assert "tillroll.payouts.owed" in all_rooms()
    with pytest.raises(LookupError, match="Nearest: payouts"):
        room_of("payuots")


def test_an_inner_room_has_some_of_the_outer_rooms_tests() -> None:
    inner = find_tests("tillroll.payouts.owed")
    assert {*inner} < {*find_tests(PAYOUTS)}
    assert TESTS / "unit/payouts/owed/test_paying.py" in inner


def test_routes_and_kinds_come_from_the_list_of_modules() -> None:
    assert {"/api/payouts", "/api/owed"} <= routes_of(PAYOUTS)
    assert kinds_of(PAYOUTS) == {"payout", "payout_batch"}
    assert find_page_tests("tillroll.books") == [TESTS / "page/books.test.mjs"]


def test_the_list_says_what_would_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["books", "--list", "--parts", "page,simulation"]) == 0
    said = capsys.readouterr().out
    assert "page: 1 file\n  tests/page/books.test.mjs" in said
    assert "unit:" not in said
    with pytest.raises(SystemExit):
        main(["books", "--parts", "units"])
    assert parts_of("tillroll.books")["rules"] == [TESTS / "rules"]

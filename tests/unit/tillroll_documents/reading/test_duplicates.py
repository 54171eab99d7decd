"""The same purchase has one key, however its merchant was spelled."""

from datetime import date

from tillroll_documents.reading.recognition import duplicate_key

DAY = date(2024, 5, 25)


def test_spelling_does_not_matter() -> None:
    assert duplicate_key("CAFÉ PINE, LTD.", DAY, 1200, "GBP") == duplicate_key(
        "Cafe Pine Ltd", DAY, 1200, "GBP"
    )


def test_everything_else_does() -> None:
    key = duplicate_key("Pine", DAY, 1200, "GBP")
    others = {
        duplicate_key("Oak", DAY, 1200, "GBP"),
        duplicate_key("Pine", date(2024, 5, 26), 1200, "GBP"),
        duplicate_key("Pine", DAY, 1201, "GBP"),
        duplicate_key("Pine", DAY, 1200, "EUR"),
    }
    assert len(others | {key}) == 5

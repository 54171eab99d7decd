"""The twin in JavaScript asks the product's own SQL."""

from bench.twin_sql import FILE, text


async def test_the_twins_sql_is_the_products() -> None:
    assert FILE.read_text(encoding="utf-8") == await text(), (
        "run `python -m bench.twin_sql`, and fit bench/twin to it"
    )

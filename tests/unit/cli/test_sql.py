"""Values survive being written into SQL."""

from typing import LiteralString

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.sql import sql
from tillroll_command.sql import NotNumbered, as_text, literal
from tillroll_durable.platform.bindings.database import Statement, statement
from tillroll_testing.host.sqlite import SqliteDatabase

# All text that can stand in UTF-8, but for NUL, at which SQLite would end it.
_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(st.lists(_TEXT, min_size=2, max_size=2))
async def test_any_text_comes_back_whole(texts: list[str]) -> None:
    written = as_text([statement("SELECT ?1 AS a, ?2 AS b, ?1 AS c", [*texts])])
    database = SqliteDatabase()
    assert await database.all(Statement(sql(written))) == [
        {"a": texts[0], "b": texts[1], "c": texts[0]}
    ]
    database.close()


def test_other_values() -> None:
    assert [literal(value) for value in (None, 5, -2.5, "it's")] == ["NULL", "5", "-2.5", "'it''s'"]


def test_a_nul_character_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        literal("a\0b")


def test_each_statement_ends() -> None:
    assert (
        as_text([statement("SELECT 1"), statement("SELECT ?1", ["?2"])])
        == "SELECT 1;\nSELECT '?2';\n"
    )


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("SELECT ?", ["a"]),
        ("SELECT ?1, ?", ["a", "b"]),
        ("SELECT ?2", ["a"]),
        ("SELECT ?0", ["a"]),
        ("SELECT ?1", ["a", "b"]),
        ("SELECT 1", ["a"]),
    ],
)
def test_a_placeholder_that_names_no_value_is_refused(
    query: LiteralString, values: list[str]
) -> None:
    with pytest.raises(NotNumbered):
        as_text([statement(query, [*values])])


def test_a_question_mark_in_a_text_or_comment_is_no_placeholder() -> None:
    query = """SELECT 'a?1''?', "b?" /* c? */, ?1 -- d?"""
    assert as_text([statement(query, ["e"])]) == """SELECT 'a?1''?', "b?" /* c? */, 'e' -- d?;\n"""

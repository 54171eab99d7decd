"""What Tillroll relies on in its database: one suite of cases, run on the host's SQLite adapter and
on D1 itself.

Imported by the tests and, inside workerd, by suite_worker.py; so it needs nothing but the
platform's protocols.
"""

from collections.abc import Awaitable, Callable
from typing import LiteralString

from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Database,
    DatabaseError,
    statement,
)
from tillroll_durable.platform.bindings.replicas import BOOKMARK, PRIMARY, Replicated

Case = Callable[[Database], Awaitable[None]]


async def a_batch_is_one_transaction(database: Database) -> None:
    await database.all(statement("CREATE TABLE t (a TEXT NOT NULL UNIQUE) STRICT"))
    first = statement("INSERT INTO t (a) VALUES (?)", ["once"])
    try:
        await database.batch([first, first])
    except ConstraintFailed:
        assert await database.all(statement("SELECT a FROM t")) == []
    else:
        raise AssertionError("the second insert was not refused")


async def an_update_that_hits_nothing_fails_the_batch_by_its_guard(database: Database) -> None:
    await database.all(statement("CREATE TABLE t (a INTEGER NOT NULL, key TEXT NOT NULL) STRICT"))
    await database.all(statement("INSERT INTO t (a, key) VALUES (1, 'seed')"))
    guarded = statement(
        "INSERT INTO t (a, key) SELECT 9, CASE WHEN changes() = 1 THEN ? END", ["event"]
    )
    try:
        await database.batch([statement("UPDATE t SET a = 2 WHERE a = ?", [5]), guarded])
    except ConstraintFailed as error:
        if "t.key" not in str(error):
            raise
    else:
        raise AssertionError("the guard let a lost update pass")
    await database.batch([statement("UPDATE t SET a = 2 WHERE a = ?", [1]), guarded])
    assert await database.all(statement("SELECT a, key FROM t ORDER BY a")) == [
        {"a": 2, "key": "seed"},
        {"a": 9, "key": "event"},
    ]


async def a_guarded_update_may_return_what_it_wrote(database: Database) -> None:
    await database.all(statement("CREATE TABLE t (a INTEGER NOT NULL, key TEXT NOT NULL) STRICT"))
    await database.all(statement("INSERT INTO t (a, key) VALUES (1, 'seed')"))
    update = "UPDATE t SET a = a + 1 WHERE a = ? RETURNING a"
    guarded = statement(
        "INSERT INTO t (a, key) SELECT 9, CASE WHEN changes() = 1 THEN ? END", ["event"]
    )
    written, _ = await database.batch([statement(update, [1]), guarded])
    assert written == [{"a": 2}], written
    try:
        await database.batch([statement(update, [5]), guarded])
    except ConstraintFailed as error:
        if "t.key" not in str(error):
            raise
    else:
        raise AssertionError("the guard let a lost update pass")


async def numbers_are_bound_as_real(database: Database) -> None:
    row = await database.first(
        statement("SELECT ? / 2 AS half, json_object('a', ?) AS json", [5, 5])
    )
    assert row == {"half": 2.5, "json": '{"a":5.0}'}, row
    await database.all(statement("CREATE TABLE t (a TEXT, b INTEGER) STRICT"))
    await database.all(statement("INSERT INTO t (a, b) VALUES (?, ?)", [5, 5]))
    assert await database.first(statement("SELECT a, b, b / 2 AS half FROM t")) == {
        "a": "5.0",
        "b": 5,
        "half": 2,
    }


async def whole_numbers_come_back_as_int_and_null_as_none(database: Database) -> None:
    row = await database.first(
        statement("SELECT 3.0 AS a, 3.5 AS b, NULL AS c, ? AS d, ? AS e", [None, True])
    )
    assert row == {"a": 3, "b": 3.5, "c": None, "d": None, "e": 1}, row
    assert row is not None
    assert type(row["a"]) is int


async def integers_beyond_2_to_the_53_are_refused(database: Database) -> None:
    try:
        await database.all(statement("SELECT ? AS a", [2**53]))
    except ValueError:
        return
    raise AssertionError("2^53 was taken")


async def limits_are_refused(database: Database) -> None:
    await _refused(database, f"SELECT {' + '.join('?' for _ in range(101))}", *range(101))
    await _refused(database, "SELECT 'a' LIKE ?", "a" * 51)
    await _refused(database, "SELECT sqlite_version()")
    await _refused(database, "BEGIN")


async def foreign_keys_are_on(database: Database) -> None:
    await database.batch(
        [
            statement("CREATE TABLE parent (id TEXT PRIMARY KEY) STRICT"),
            statement("CREATE TABLE child (parent_id TEXT NOT NULL REFERENCES parent (id)) STRICT"),
        ]
    )
    await _refused(database, "INSERT INTO child (parent_id) VALUES ('nobody')")


async def returning_gives_the_rows_that_were_changed(database: Database) -> None:
    await database.all(statement("CREATE TABLE t (a INTEGER) STRICT"))
    await database.all(statement("INSERT INTO t (a) VALUES (1), (2)"))
    claim = statement("UPDATE t SET a = a + 10 WHERE a = ? RETURNING a", [1])
    assert await database.all(claim) == [{"a": 11}]
    assert await database.all(claim) == []
    assert await database.first(claim) is None


async def a_batch_returns_the_rows_of_each_statement(database: Database) -> None:
    one, none, two = await database.batch(
        [statement("SELECT 1 AS a"), statement("SELECT 1 AS a WHERE 0"), statement("SELECT 2 AS a")]
    )
    assert (one, none, two) == ([{"a": 1}], [], [{"a": 2}])


async def totals_are_kept_by_triggers(database: Database) -> None:
    """Also where an upsert writes, from a generated column, and without the triggers counting as
    changes.
    """
    await database.all(
        statement(
            "CREATE TABLE parent (id TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID"
        )
    )
    await database.all(
        statement(
            """
            CREATE TABLE t (a TEXT PRIMARY KEY, b INTEGER,
            c INTEGER GENERATED ALWAYS AS (COALESCE(b, 5)) VIRTUAL)
            STRICT
            """
        )
    )
    add = """
      INSERT INTO parent VALUES ('all', NEW.c) ON CONFLICT (id) DO UPDATE SET n = n + excluded.n;
      INSERT INTO parent VALUES ('rows', 1) ON CONFLICT (id) DO UPDATE SET n = n + 1;
    """
    change = "UPDATE parent SET n = n + NEW.c - OLD.c;"
    await database.all(statement(f"CREATE TRIGGER t_added AFTER INSERT ON t BEGIN {add} END"))
    await database.all(statement(f"CREATE TRIGGER t_changed AFTER UPDATE ON t BEGIN {change} END"))
    write = (
        "INSERT INTO t (a, b) VALUES (?1, ?2) ON CONFLICT (a) DO UPDATE SET b = excluded.b "
        "WHERE t.b IS NULL"
    )
    for name, number in (("x", None), ("y", 7), ("x", 2), ("x", 900)):
        await database.all(statement(write, [name, number]))
    rows = await database.all(statement("SELECT id, n FROM parent ORDER BY id"))
    assert rows == [{"id": "all", "n": 9}, {"id": "rows", "n": -1}], rows
    _, [row] = await database.batch(
        [statement("UPDATE t SET b = 1"), statement("SELECT changes() AS n")]
    )
    assert row == {"n": 2}, row


async def text_survives_whole(database: Database) -> None:
    for text in ("", "naïve — 收據 🧾", 'quote " and \\ and \n line', "x" * 100_000):
        assert await database.first(statement("SELECT ? AS a", [text])) == {"a": text}


async def _refused(database: Database, sql: LiteralString, *values: int | str) -> None:
    try:
        await database.all(statement(sql, [*values]))
    except DatabaseError:
        return
    raise AssertionError(f"this was taken: {sql[:80]}")


async def the_last_id_that_was_given_is_known(database: Database) -> None:
    """Also where its row is gone: so an audit event that was deleted at the end is told."""
    await database.all(
        statement("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT NOT NULL) STRICT")
    )
    await database.all(statement("INSERT INTO t (a) VALUES ('first'), ('second')"))
    await database.all(statement("DELETE FROM t WHERE id = 2"))
    assert await database.all(statement("SELECT seq FROM sqlite_sequence WHERE name = 't'")) == [
        {"seq": 2}
    ]


async def an_id_that_was_rolled_back_is_given_again(database: Database) -> None:
    """So a missing id among audit events is a missing event."""
    await database.all(
        statement(
            "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT NOT NULL UNIQUE) STRICT"
        )
    )
    insert = statement("INSERT INTO t (a) VALUES (?)", ["first"])
    await database.all(insert)
    for batch in ([insert], [statement("INSERT INTO t (a) VALUES (?)", ["second"]), insert]):
        try:
            await database.batch(batch)
        except ConstraintFailed:
            continue
        raise AssertionError("the repeated insert was not refused")
    assert await database.all(
        statement("INSERT INTO t (a) VALUES (?) RETURNING id", ["third"])
    ) == [{"id": 2}]


async def members_of_an_object_are_rows_that_are_put_in_or_changed(database: Database) -> None:
    """As search attributes are written, and looked for page by page."""
    await database.all(
        statement(
            "CREATE TABLE t (a TEXT, name TEXT, value TEXT, PRIMARY KEY (a, name)) STRICT, WITHOUT "
            "ROWID"
        )
    )
    await database.all(statement("CREATE INDEX found ON t (name, value, a)"))
    put = """
      INSERT INTO t (a, name, value) SELECT ?1, key, value FROM json_each(?2) WHERE true
      ON CONFLICT (a, name) DO UPDATE SET value = excluded.value
    """
    for a, members in (
        ("1", '{"x":"1","y":"é:"}'),
        ("2", '{"x":"1"}'),
        ("1", '{"y":"2"}'),
        ("2", '{"y":"2"}'),
    ):
        await database.batch([statement(put, [a, members])])
    query = """
      SELECT two.a FROM t AS lead INDEXED BY found CROSS JOIN t AS two ON two.a = lead.a
          AND two.name = 'x'
      WHERE lead.name = ?1 AND lead.value = ?2 AND lead.a < ?3 ORDER BY lead.a DESC LIMIT ?4
    """
    assert await database.all(statement(query, ["y", "2", "~", 5])) == [{"a": "2"}, {"a": "1"}]
    assert await database.all(statement(query, ["y", "2", "2", 5])) == [{"a": "1"}]


async def a_session_sees_what_was_written_before_it(database: Database) -> None:
    assert isinstance(database, Replicated)
    await database.all(statement("CREATE TABLE t (a TEXT NOT NULL) STRICT"))
    await database.all(statement("INSERT INTO t (a) VALUES ('first')"))
    session = database.session(PRIMARY)
    assert await session.all(statement("SELECT a FROM t")) == [{"a": "first"}]
    bookmark = session.bookmark()
    assert bookmark is not None
    assert BOOKMARK.fullmatch(bookmark)
    await database.all(statement("UPDATE t SET a = 'second'"))
    later = database.session(bookmark)
    assert await later.all(statement("SELECT a FROM t")) == [{"a": "second"}]


CASES_OF_D1 = (a_session_sees_what_was_written_before_it,)
"""What the host's adapter does not have."""

CASES = (
    members_of_an_object_are_rows_that_are_put_in_or_changed,
    a_batch_is_one_transaction,
    an_update_that_hits_nothing_fails_the_batch_by_its_guard,
    a_guarded_update_may_return_what_it_wrote,
    numbers_are_bound_as_real,
    whole_numbers_come_back_as_int_and_null_as_none,
    integers_beyond_2_to_the_53_are_refused,
    limits_are_refused,
    foreign_keys_are_on,
    returning_gives_the_rows_that_were_changed,
    a_batch_returns_the_rows_of_each_statement,
    text_survives_whole,
    totals_are_kept_by_triggers,
    an_id_that_was_rolled_back_is_given_again,
    the_last_id_that_was_given_is_known,
)


async def drop_tables(database: Database) -> None:
    """Empty the database between two cases: children before their parents."""
    for table in ("t", "child", "parent"):
        await database.all(statement(f"DROP TABLE IF EXISTS {table}"))

"""Columns that keep secrets: encrypted again under the newest key, and read in turn.

So a key that was lost is noticed within a minute.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, LiteralString

from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    EVERYBODY,
    Database,
    DatabaseError,
    Row,
    Statement,
    digits,
    integer,
    optional_text,
    place,
    statement,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.encryption import (
    EncryptionSettings,
    KeptSecrets,
    NoKey,
    UnreadableSecret,
    decrypt,
    encrypt,
)
from tillroll_durable.platform.json import Json, dump, load_texts
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import of_nobody

# D1 takes no more terms of a compound SELECT.
_TERMS: Final = 5
_BATCH: Final = 25
# Rows that were changed, and are looked at again in each tick.
_CHANGED: Final = 25
_NOTED: Final = """
  SELECT json_group_array(name) FROM (SELECT name FROM encryption_keys ORDER BY place)
"""


def secrets_by_key(sources: Sequence[KeptSecrets]) -> LiteralString:
    """The query for how many secrets each key encrypted, and whether the Worker has that key.

    Its columns are `sort`, `key`, `secrets` and `place` of the key: 0 is the newest, NULL where the
    Worker does not have it.
    """
    parts: list[LiteralString] = [
        f"SELECT '{each.sort}' AS sort, {each.key} AS key, count(*) AS secrets"
        f" FROM {each.table} WHERE {each.column} IS NOT NULL GROUP BY 2"
        for each in sources
    ]
    groups: list[LiteralString] = [
        " UNION ALL ".join(parts[begin : begin + _TERMS]) for begin in range(0, len(parts), _TERMS)
    ]
    every = " UNION ALL ".join(f"SELECT * FROM ({each})" for each in groups)
    return f"""
      SELECT s.sort, s.key, s.secrets, k.place FROM ({every}) s LEFT JOIN encryption_keys k
        ON substr(k.name, instr(k.name, '-')) = substr(s.key, instr(s.key, '-'))
      ORDER BY 1, 2
    """


KNOWN_KEYS: Final = "SELECT name, place FROM encryption_keys ORDER BY place"
"""The keys that the Worker had in its last tick; none before the first one, and after a restore."""


def unreadable_sentence(rows: Sequence[Row]) -> str | None:
    """Tell a person which secrets no key reads; None where all can be read.

    `rows` are those of UNREADABLE_SECRETS.
    """
    if not rows:
        return None
    which = "; ".join(_of_cause(row) for row in rows)
    return f"Secrets cannot be read: {which}."


def _of_cause(row: Row) -> str:
    kind, _, name = text(row, "cause").partition(" ")
    sort = text(row, "sort")
    if kind == "key":
        return (
            f"{sort}: {integer(row, 'secrets')} by the key {name}, which is not in ENCRYPTION_KEYS"
        )
    return f"{sort}: {name} was changed since it was encrypted"


@dataclass(frozen=True)
class Renewal:
    """What a turn did: it took up `tried` secrets, of which it could not read `unreadable` ones."""

    tried: int = 0
    renewed: int = 0
    unreadable: int = 0


async def reencrypt(platform: Platform, sources: Sequence[KeptSecrets]) -> Renewal:
    """Encrypt up to 25 of each anew, each by itself.

    What cannot be renewed is left, and named in the log.
    """
    settings = platform.settings.of(EncryptionSettings)
    newest = settings.newest
    if newest is None:
        return Renewal()
    others: list[LiteralString] = [
        f"EXISTS (SELECT 1 FROM {each.table} WHERE {_is_earlier(each)}) AS other{digits(number)}"
        for number, each in enumerate(sources)
    ]
    query = f"SELECT ({_NOTED}) AS noted, {', '.join(others)}"
    [row] = await platform.database.all(statement(query, [newest]))
    earlier = [each for number, each in enumerate(sources) if row[f"other{number}"]]
    if not earlier:
        return Renewal()
    # A key is noted before anything is under it: who looks in between would take it for lost.
    notes = _note_keys([*settings.by_name], load_texts(text(row, "noted")))
    pages_of = [_earlier(each, newest) for each in earlier]
    pages = (await platform.database.batch([*notes, *pages_of]))[len(notes) :]
    turns = [await _renew(platform, each, rows) for each, rows in zip(earlier, pages, strict=True)]
    renewed = sum(each.renewed for each in turns)
    platform.turn.has_more(where=renewed > 0 and any(len(rows) == _BATCH for rows in pages))
    tried = sum(each.tried for each in turns)
    return Renewal(tried, renewed, sum(each.unreadable for each in turns))


def _is_earlier(source: KeptSecrets) -> LiteralString:
    return f"{source.key} < ?1 OR {source.key} > ?1"


def _earlier(source: KeptSecrets, newest: str) -> Statement:
    sql = f"""
      SELECT id, {source.column} AS kept FROM {source.table}
      WHERE {_is_earlier(source)}
      -- So that those which cannot be renewed keep no other from its turn.
      ORDER BY random() LIMIT ?2
    """
    return statement(sql, [newest, _BATCH])


async def _renew(platform: Platform, source: KeptSecrets, rows: Sequence[Row]) -> Renewal:
    column = source.column
    update = f"UPDATE {source.table} SET {column} = ? WHERE id = ? AND {column} = ?"
    renewed = 0
    unreadable = 0
    for row in rows:
        id_ = text(row, "id")
        before = text(row, "kept")
        try:
            secret = await decrypt(platform, before, source.row(id_))
            anew = await encrypt(platform, secret, source.row(id_))
            if source.copy is not None:
                await source.copy(platform, id_, anew)
            await platform.database.all(statement(update, [anew, id_, before], EVERYBODY))
        except (NoKey, UnreadableSecret) as error:
            log.error("secret.unreadable", subject=id_, source=source.table, error=error)
            unreadable += 1
        except Exception as error:  # noqa: BLE001 - the others have their turn
            log.crash("secret.not_renewed", error, subject=id_, source=source.table)
        else:
            renewed += 1
    if renewed:
        log.info("secrets.renewed", source=source.table, count=renewed)
    return Renewal(len(rows), renewed, unreadable)


@dataclass(frozen=True)
class _Standing:
    """What one statement says.

    Attributes:
        noted: the names of the keys that are noted.
        changed: sorts and ids of secrets that were changed since they were encrypted.
        following: by its sort, the id of the next secret under the newest key.
        with_others: columns with secrets under other keys.
    """

    noted: Sequence[str]
    changed: Sequence[tuple[str, str]]
    has_unreadable: bool
    following: Mapping[str, str]
    with_others: Sequence[KeptSecrets]


async def check_secrets(
    platform: Platform, sources: Sequence[KeptSecrets], *, is_suspicious: bool = True
) -> None:
    """Note the keys that there are, and what they do not read.

    Each turn decrypts the next secret of each column that is under the newest key, and some that
    could not be read before. Secrets under keys that are lost are counted while there are any;
    `is_suspicious`: there may be.
    """
    settings = platform.settings.of(EncryptionSettings)
    standing = await _standing(platform.database, sources, settings.newest)
    now = to_text(platform.clock.now())
    writes = _note_keys([*settings.by_name], standing.noted)
    looks = sorted({*standing.following.items(), *standing.changed})
    changed = await _changed_rows(platform, sources, looks)
    lost: list[Json] = []
    if is_suspicious or standing.has_unreadable:
        lost = await _lost_keys(platform, standing.with_others)
    if standing.has_unreadable or changed or lost:
        writes += _note_unreadable([*changed, *lost], looks, now)
    if standing.following:
        writes.append(_move_on(standing.following))
    if writes:
        await platform.database.batch(writes)


_ROWS: Final = f"""
  SELECT json_group_array(sort || substr(cause, 4)) FROM (
    SELECT sort, cause FROM unreadable_secrets WHERE cause LIKE 'row %' ORDER BY random()
    LIMIT {digits(_CHANGED)}
  )
"""


async def _standing(
    database: Database, sources: Sequence[KeptSecrets], newest: str | None
) -> _Standing:
    columns: list[LiteralString] = [
        f"({_NOTED}) AS noted",
        "EXISTS (SELECT 1 FROM unreadable_secrets) AS has_unreadable",
        f"({_ROWS}) AS changed",
    ]
    for number, each in enumerate(sources):
        place_of = digits(number)
        columns.append(
            f"EXISTS (SELECT 1 FROM {each.table} WHERE {_is_earlier(each)}) AS other{place_of}"
        )
        columns.append(f"{_following(each)} AS next{place_of}")
    [row] = await database.all(statement(f"SELECT {', '.join(columns)}", [newest or ""]))
    following: dict[str, str] = {}
    for number, each in enumerate(sources):
        id_ = optional_text(row, f"next{number}")
        if id_ is not None:
            following[each.sort] = id_
    changed: list[tuple[str, str]] = []
    for each in load_texts(text(row, "changed")):
        sort, _, id_ = each.partition(" ")
        changed.append((sort, id_))
    return _Standing(
        noted=load_texts(text(row, "noted")),
        changed=changed,
        has_unreadable=bool(row["has_unreadable"]),
        following=following,
        with_others=[each for number, each in enumerate(sources) if row[f"other{number}"]],
    )


def _following(source: KeptSecrets) -> LiteralString:
    """SQL for the id after the one that was looked at last, of those under the newest key.

    At the end it begins with the first.
    """
    of_newest = f"SELECT id FROM {source.table} WHERE {source.key} = ?1"
    position = f"(SELECT position FROM secret_looks WHERE sort = '{source.sort}')"
    following = f"({of_newest} AND id > {position} ORDER BY id LIMIT 1)"
    return f"COALESCE({following}, ({of_newest} ORDER BY id LIMIT 1))"


async def _changed_rows(
    platform: Platform, sources: Sequence[KeptSecrets], looks: Sequence[tuple[str, str]]
) -> list[Json]:
    """Secrets of `looks` (sort and id) that their own key does not read."""
    by_sort = {each.sort: each for each in sources}
    present = [(by_sort[sort], id_) for sort, id_ in looks if sort in by_sort]
    contents = await _contents(platform, present)
    settings = platform.settings.of(EncryptionSettings)
    changed: list[Json] = []
    for (each, id_), content in zip(present, contents, strict=True):
        if content is None or settings.key_of(content.partition(".")[0]) is None:
            continue
        try:
            await decrypt(platform, content, each.row(id_))
        except UnreadableSecret as error:
            log.error("secret.unreadable", subject=id_, source=each.table, error=error)
            changed.append({"sort": each.sort, "cause": f"row {id_}", "secrets": 1})
    return changed


async def _contents(
    platform: Platform, looks: Sequence[tuple[KeptSecrets, str]]
) -> Sequence[str | None]:
    """What is in these rows, by one statement; None where it is gone.

    Where the database refuses that statement, there is nothing of it: their turn comes round again.
    """
    if not looks:
        return []
    columns: list[LiteralString] = [
        f"(SELECT {each.column} FROM {each.table} WHERE id = {place(number)}) AS c{digits(number)}"
        for number, (each, _) in enumerate(looks, start=1)
    ]
    try:
        [row] = await platform.database.all(
            statement(f"SELECT {', '.join(columns)}", [*(id_ for _, id_ in looks)])
        )
    except DatabaseError as error:
        log.crash("secret.not_renewed", error, source="secrets")
        return [None] * len(looks)
    return [optional_text(row, f"c{number}") for number in range(1, len(looks) + 1)]


async def _lost_keys(platform: Platform, sources: Sequence[KeptSecrets]) -> list[Json]:
    if not sources:
        return []
    settings = platform.settings.of(EncryptionSettings)
    pages = await platform.database.batch(
        [
            statement(
                (
                    f"SELECT {each.key} AS key, count(*) AS secrets FROM {each.table} "
                    f"WHERE {_is_earlier(each)} GROUP BY 1"
                ),
                [settings.newest or ""],
            )
            for each in sources
        ]
    )
    return [
        {"sort": each.sort, "cause": f"key {text(row, 'key')}", "secrets": integer(row, "secrets")}
        for each, rows in zip(sources, pages, strict=True)
        for row in rows
        if settings.key_of(text(row, "key")) is None
    ]


def _note_keys(names: Sequence[str], noted: Sequence[str]) -> list[Statement]:
    """Nothing where these are noted already."""
    if [*names] == [*noted]:
        return []
    insert = "INSERT INTO encryption_keys (name, place) SELECT value, key FROM json_each(?)"
    return [statement("DELETE FROM encryption_keys"), statement(insert, [dump([*names])])]


def _note_unreadable(
    causes: Sequence[Json], looks: Sequence[tuple[str, str]], now: str
) -> list[Statement]:
    """What holds now. A row that was changed stays noted until it is looked at again."""
    forget = """
      DELETE FROM unreadable_secrets WHERE (sort, cause) NOT IN
        (SELECT value ->> 'sort', value ->> 'cause' FROM json_each(?1))
      AND (cause LIKE 'key %' OR sort || substr(cause, 4) IN (SELECT value FROM json_each(?2)))
    """
    note = """
      INSERT INTO unreadable_secrets (sort, cause, secrets, since)
      SELECT value ->> 'sort', value ->> 'cause', value ->> 'secrets', ?2 FROM json_each(?1) WHERE 1
      ON CONFLICT (sort, cause) DO UPDATE SET secrets = excluded.secrets
        WHERE secrets <> excluded.secrets
    """
    rows = dump([*causes])
    subjects = dump([f"{sort} {id_}" for sort, id_ in looks])
    return [statement(forget, [rows, subjects]), statement(note, [rows, now])]


def _move_on(following: Mapping[str, str]) -> Statement:
    sql = """
      INSERT INTO secret_looks (sort, position) SELECT key, value FROM json_each(?) WHERE true
      ON CONFLICT (sort) DO UPDATE SET position = excluded.position
        WHERE position <> excluded.position
    """
    return statement(sql, [dump({**following})])


TABLES: Final = (
    of_nobody("encryption_keys", "names of keys"),
    of_nobody("secret_looks", "an id, where the next look begins"),
    of_nobody(
        "unreadable_secrets",
        "how many secrets of a column no key reads, and an id until it is read",
    ),
)

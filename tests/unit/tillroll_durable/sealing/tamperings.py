"""What somebody can do who owns the database, the object store, or both: past the triggers, with
every sum made anew.

Each tampering takes a random source and says what it did: the id of the first event that is no
longer as it was sealed (None where no event was touched), and whether an export of the database
shows it.
"""

import base64
import dataclasses
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import LiteralString

from tillroll_durable.audit import NAMES, digest_of
from tillroll_durable.platform.bindings.database import (
    Row,
    Value,
    columns_of,
    integer,
    statement,
    word,
)
from tillroll_durable.platform.json import JsonObject, load
from tillroll_durable.sealing.files import copy_key, render
from tillroll_durable.sealing.repository import (
    COLUMNS,
    Entry,
    entries_between,
    entry_of_row,
    last_seal,
    seal_numbered,
)
from tillroll_durable.sealing.seals import SignedSeal, key_id_of, leaf, root
from tillroll_testing.host.memory import MemoryObjects
from tillroll_testing.host.signing import HostSigner
from tillroll_testing.host.sqlite import SqliteDatabase

# PKCS #8 of somebody else's key.
STRANGERS_KEY = "MC4CAQAwBQYDK2VwBCIEIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"
_TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
_SEAL_COLUMNS = (
    "from_id", "to_id", "count", "ids", "merkle_root", "previous_hash", "sealed_at", "key_id",
    "hash", "signature",
    "leaves",
)  # fmt: skip


@dataclass(frozen=True)
class Done:
    """
    Attributes:
        first_event: the id of the first event that is not as it was sealed.
        in_export: an export of the database shows that something is wrong.
        names_in_export: it also names that event.
        needs_head: only a head that was noted elsewhere shows it.
    """

    first_event: int | None
    in_export: bool = True
    names_in_export: bool = True
    needs_head: bool = False


class Intruder:
    """Writes to the database without triggers, and to the object store."""

    def __init__(self, database: SqliteDatabase, objects: MemoryObjects, random: Random) -> None:
        self.database = database
        self.objects = objects
        self.random = random

    async def sql(self, text: LiteralString, *values: Value) -> list[Row]:
        return await self.database.all(statement(text, [*values]))

    async def open(self) -> None:
        for row in await self.sql(_TRIGGERS):
            await self.sql(f"DROP TRIGGER {word(str(row['name']))}")
        await self.sql("DROP INDEX IF EXISTS audit_events_by_actor")

    async def ids(self) -> list[int]:
        return [
            integer(row, "id") for row in await self.sql("SELECT id FROM audit_events ORDER BY id")
        ]

    async def an_id(self) -> int:
        return self.random.choice(await self.ids())

    async def head(self) -> int:
        head = await last_seal(self.database)
        assert head is not None
        return head.number

    async def event(self, event_id: int) -> Row:
        [row] = await self.sql(f"SELECT {COLUMNS} FROM audit_events WHERE id = ?", event_id)
        return row

    async def digest_anew(self, event_id: int) -> None:
        """Make the digest that of the content again."""
        event = entry_of_row(await self.event(event_id)).event
        content: JsonObject = {
            name: event[name] for name in NAMES.values() if name not in {"id", "seq", "digest"}
        }
        content["detail"] = load(str(content["detail"]))
        await self.sql(
            "UPDATE audit_events SET digest = ? WHERE id = ?", digest_of(content), event_id
        )

    def word(self) -> str:
        return f"forged {self.random.getrandbits(64):x}"


Tampering = Callable[[Intruder], Awaitable[Done]]


async def edit(intruder: Intruder) -> Done:
    """Another value in any column of an event."""
    event_id, column = await intruder.an_id(), intruder.random.choice(columns_of(NAMES))
    if column == "id":
        return await _move(intruder, event_id)
    value: Value = intruder.word()
    if column in {"seq", "contract_version"}:
        value = 1000 + intruder.random.randrange(1000)
    elif column == "detail":
        value = intruder.random.choice(
            ['{"forged":true}', "{}", "no JSON", (await _detail(intruder, event_id)) + " "]
        )
    await intruder.sql(f"UPDATE audit_events SET {column} = ? WHERE id = ?", value, event_id)
    if column not in {"digest", "seq"} and value != "no JSON" and intruder.random.random() < 0.7:
        await intruder.digest_anew(event_id)
    return Done(event_id)


async def _detail(intruder: Intruder, event_id: int) -> str:
    return str((await intruder.event(event_id))["detail"])


async def _move(intruder: Intruder, event_id: int) -> Done:
    ids = await intruder.ids()
    free = [each for each in range(-3, ids[-1] + 5) if each not in ids]
    to = intruder.random.choice(free)
    await intruder.sql("UPDATE audit_events SET id = ? WHERE id = ?", to, event_id)
    return Done(min(event_id, to))


async def delete(intruder: Intruder) -> Done:
    """One event, or some in a row."""
    ids = await intruder.ids()
    at = intruder.random.randrange(len(ids))
    gone = ids[at : at + intruder.random.choice([1, 1, 2, 5])]
    await intruder.sql("DELETE FROM audit_events WHERE id BETWEEN ? AND ?", gone[0], gone[-1])
    return Done(gone[0])


async def insert(intruder: Intruder) -> Done:
    """An event that was never there, before, between or inside of what was sealed, its digest
    right.
    """
    ids = await intruder.ids()
    free = [each for each in range(-3, ids[-1]) if each not in ids]
    new, like = intruder.random.choice(free), intruder.random.choice(ids)
    row = await intruder.event(like)
    row |= {"id": new, "event_key": intruder.word(), "stream": intruder.word()}
    marks = ", ".join("?" for _ in NAMES)
    await intruder.sql(
        f"INSERT INTO audit_events ({COLUMNS}) VALUES ({marks})", *(row[name] for name in NAMES)
    )
    await intruder.digest_anew(new)
    return Done(new)


async def reorder(intruder: Intruder) -> Done:
    """Some events change places: every column but the id wanders on."""
    ids = sorted(intruder.random.sample(await intruder.ids(), intruder.random.choice([2, 2, 3, 4])))
    for at, event_id in enumerate(ids):
        await intruder.sql("UPDATE audit_events SET id = ? WHERE id = ?", -1000 - at, event_id)
    for at in range(len(ids)):
        await intruder.sql("UPDATE audit_events SET id = ? WHERE id = ?", ids[at - 1], -1000 - at)
    return Done(ids[0])


async def cut_tail(intruder: Intruder) -> Done:
    """The last events, their seals, or both are gone from the database."""
    number = intruder.random.randint(1, await intruder.head())
    seal = await seal_numbered(intruder.database, number)
    assert seal is not None
    what = intruder.random.choice(["events", "seals", "both"])
    if what != "events":
        await intruder.sql("DELETE FROM seals WHERE number >= ?", number)
    if what != "seals":
        await intruder.sql("DELETE FROM audit_events WHERE id >= ?", seal.seal.from_id)
    first = None if what == "seals" else seal.seal.from_id
    return Done(first, names_in_export=what == "events", needs_head=what != "events")


async def cut_tail_everywhere(intruder: Intruder) -> Done:
    """The same in the object store: nothing is left that could contradict but what was noted
    elsewhere.
    """
    number = intruder.random.randint(1, await intruder.head())
    for each in range(number, await intruder.head() + 1):
        del intruder.objects.content[copy_key(each)]
    seal = await seal_numbered(intruder.database, number)
    assert seal is not None
    await intruder.sql("DELETE FROM seals WHERE number >= ?", number)
    await intruder.sql("DELETE FROM audit_events WHERE id >= ?", seal.seal.from_id)
    return Done(None, needs_head=True)


async def rewrite(intruder: Intruder) -> Done:
    """An event is edited and everything that follows is made anew: digest, leaves, roots, hashes,
    signatures.
    """
    return await _rewrite(intruder, with_copies=False)


async def rewrite_everywhere(intruder: Intruder) -> Done:
    """The same, with the copies in the object store."""
    done = await _rewrite(intruder, with_copies=True)
    # only the head that was noted elsewhere could name it
    return dataclasses.replace(done, first_event=None)


async def _rewrite(intruder: Intruder, *, with_copies: bool) -> Done:
    event_id = await intruder.an_id()
    column = intruder.random.choice(columns_of(["actor", "action", "outcome", "at", "account_id"]))
    await intruder.sql(
        f"UPDATE audit_events SET {column} = ? WHERE id = ?", intruder.word(), event_id
    )
    await intruder.digest_anew(event_id)
    how = intruder.random.choice(["own key", "own key under the old name", "old signatures"])
    for number in range(1, await intruder.head() + 1):
        seal = await seal_numbered(intruder.database, number)
        assert seal is not None
        if seal.seal.to_id >= event_id:
            await _seal_anew(intruder, seal, how, with_copies=with_copies)
    return Done(event_id, names_in_export=False)


async def _seal_anew(intruder: Intruder, old: SignedSeal, how: str, *, with_copies: bool) -> None:
    signer = HostSigner(STRANGERS_KEY)
    public_key = await signer.public_key()
    assert public_key is not None
    key = base64.b64encode(public_key).decode()
    entries = await entries_between(intruder.database, old.seal.from_id, old.seal.to_id)
    before = await seal_numbered(intruder.database, old.number - 1)
    seal = dataclasses.replace(
        old.seal,
        merkle_root=root(leaves_of(entries)).hex(),
        previous_hash=before.seal.hash() if before else "",
        key_id=key_id_of(public_key) if how == "own key" else old.seal.key_id,
    )
    if how == "own key":
        await intruder.sql("INSERT OR IGNORE INTO audit_keys VALUES (?, ?, 'x')", seal.key_id, key)
    signature = base64.b64encode(await signer.sign(seal.signed_bytes())).decode()
    new = SignedSeal(
        seal,
        seal.hash(),
        old.signature if how == "old signatures" else signature,
        base64.b64encode(b"".join(leaves_of(entries))).decode(),
        key if how == "own key" else old.public_key,
    )
    await intruder.sql(
        "UPDATE seals SET merkle_root = ?2, previous_hash = ?3, key_id = ?4, hash = ?5, signature "
        "= ?6, leaves = ?7"
        " WHERE number = ?1",
        seal.number,
        seal.merkle_root,
        seal.previous_hash,
        seal.key_id,
        new.hash,
        new.signature,
        new.leaves,
    )
    if with_copies:
        intruder.objects.content[copy_key(seal.number)] = render(new, entries).encode()


def leaves_of(entries: list[Entry]) -> list[bytes]:
    return [leaf(entry.line) for entry in entries]


async def alter_seal(intruder: Intruder) -> Done:
    """Another value in any column of a seal, or of its key."""
    number = intruder.random.randint(1, await intruder.head())
    column = intruder.random.choice(columns_of([*_SEAL_COLUMNS, "public_key"]))
    value: Value = intruder.word()
    if column == "key_id":
        await intruder.sql("INSERT INTO audit_keys VALUES (?, 'x', 'x')", value)
    if column in {"from_id", "to_id", "count"}:
        value = intruder.random.randrange(1000, 2000)
    if column == "ids":
        value = intruder.random.choice(["1", "1-2000", "7-3", ""])
    if column in {"signature", "leaves"}:
        [row] = await intruder.sql(f"SELECT {column} FROM seals WHERE number = ?", number)
        content = bytearray(base64.b64decode(str(row[column])))
        content[intruder.random.randrange(len(content))] ^= 1 + intruder.random.randrange(255)
        value = base64.b64encode(content).decode()
    if column == "public_key":
        await intruder.sql("UPDATE audit_keys SET public_key = ?", value)
    else:
        await intruder.sql(f"UPDATE seals SET {column} = ? WHERE number = ?", value, number)
    return Done(None)


async def remove_seals(intruder: Intruder) -> Done:
    """Seals from the middle or the beginning are gone, or have changed places."""
    head = await intruder.head()
    number = intruder.random.randint(1, head - 1)
    if intruder.random.random() < 0.5:
        await intruder.sql("DELETE FROM seals WHERE number = ?", number)
    else:
        await intruder.sql("UPDATE seals SET number = 999 WHERE number = ?", number)
        await intruder.sql("UPDATE seals SET number = ? WHERE number = ?", number, number + 1)
        await intruder.sql("UPDATE seals SET number = ? WHERE number = 999", number + 1)
    return Done(None)


async def alter_copy(intruder: Intruder) -> Done:
    """The object store's copy is edited, shortened, exchanged or gone."""
    number = intruder.random.randint(1, await intruder.head())
    content = intruder.objects.content
    lines = content[copy_key(number)].decode().splitlines(keepends=True)
    how = intruder.random.choice(
        ["edit", "drop", "swap", "garbage", "other", "gone", "more", "blank"]
    )
    at = intruder.random.randrange(len(lines))
    if how == "edit":
        lines[at] = lines[at].replace("1", "7", 1)
    elif how == "drop":
        del lines[at]
    elif how == "swap":
        lines[-1], lines[-2] = lines[-2], lines[-1]
    elif how == "garbage":
        lines[at] = '{"id":1\n'
    content[copy_key(number)] = "".join(lines).encode()
    if how == "other":
        content[copy_key(number)] = content[copy_key(number % await intruder.head() + 1)]
    if how == "more":
        content[copy_key(number)] += content[copy_key(number % await intruder.head() + 1)]
    if how == "blank":
        content[copy_key(number)] = content[copy_key(number)].replace(b"\n", b"\n\n", 1)
    if how == "gone":
        del content[copy_key(number)]
    return Done(None, in_export=False)


# How often each is done; together a thousand.
TAMPERINGS: dict[Tampering, int] = {
    edit: 200,
    delete: 100,
    insert: 100,
    reorder: 100,
    cut_tail: 100,
    cut_tail_everywhere: 40,
    rewrite: 120,
    rewrite_everywhere: 40,
    alter_seal: 100,
    remove_seals: 40,
    alter_copy: 60,
}

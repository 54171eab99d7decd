"""What an erasure keeps beside its run record: what is to go, when, and what became of that. Ids and times only."""

from dataclasses import dataclass

from tillroll.platform.bindings.database import Database, Row, Statement, optional_text, statement, text
from tillroll.privacy.data import What

BEING_ERASED = """EXISTS (
  SELECT 1 FROM erasures WHERE account_id = r.account_id AND begun_at IS NOT NULL AND erased_at IS NULL
    AND taken_back_at IS NULL
)"""
"""Of a run `r`: something of its account is being erased, so nothing of it is moved meanwhile."""


@dataclass(frozen=True)
class Erasure:
    """`target` is the id of the receipt, the person or the account. `insisted`: also what was handed on.

    `begun_at` is when it became final; `taken_back_at` when it was stopped, by a person or since it may not go."""

    id: str
    account_id: str
    what: What
    target: str
    run_id: str
    requested_at: str
    due_at: str
    insisted: bool
    begun_at: str | None
    taken_back_at: str | None
    erased_at: str | None

    @property
    def is_open(self) -> bool:
        """Whether it can be taken back."""
        return self.begun_at is None and self.taken_back_at is None


def erasure_of(row: Row) -> Erasure:
    return Erasure(
        id=text(row, "id"),
        account_id=text(row, "account_id"),
        what=What(text(row, "what")),
        target=text(row, "target"),
        run_id=text(row, "run_id"),
        requested_at=text(row, "requested_at"),
        due_at=text(row, "due_at"),
        insisted=row["insisted"] == 1,
        begun_at=optional_text(row, "begun_at"),
        taken_back_at=optional_text(row, "taken_back_at"),
        erased_at=optional_text(row, "erased_at"),
    )


async def load_erasure(database: Database, erasure_id: str) -> Erasure | None:
    row = await database.first(statement("SELECT * FROM erasures WHERE id = ?", erasure_id))
    return None if row is None else erasure_of(row)


async def erasures_of(database: Database, account_id: str, limit: int) -> list[Erasure]:
    """The account's, the newest first."""
    query = "SELECT * FROM erasures WHERE account_id = ? ORDER BY id DESC LIMIT ?"
    return [erasure_of(row) for row in await database.all(statement(query, account_id, limit))]


async def open_erasure(database: Database, account_id: str, what: What, target: str) -> Erasure | None:
    """The one that is not done and was not taken back."""
    row = await database.first(
        statement(
            """
            SELECT * FROM erasures
            WHERE account_id = ? AND what = ? AND target = ? AND taken_back_at IS NULL AND erased_at IS NULL
            """,
            account_id,
            what,
            target,
        )
    )
    return None if row is None else erasure_of(row)


def insert_erasure(erasure: Erasure, actor: str) -> Statement:
    """Refused where the same is to go already."""
    return statement(
        """
        INSERT INTO erasures (id, account_id, what, target, run_id, requested_by, requested_at, due_at, insisted)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        erasure.id,
        erasure.account_id,
        erasure.what,
        erasure.target,
        erasure.run_id,
        actor,
        erasure.requested_at,
        erasure.due_at,
        int(erasure.insisted),
    )


def stop(erasure_id: str, now: str) -> Statement:
    """It is taken back, unless it has become final."""
    return statement(
        "UPDATE erasures SET taken_back_at = ?2 WHERE id = ?1 AND begun_at IS NULL AND taken_back_at IS NULL",
        erasure_id,
        now,
    )


def give_up(erasure_id: str, now: str) -> Statement:
    """The run has ended without erasing to the end."""
    return statement(
        "UPDATE erasures SET taken_back_at = ?2 WHERE id = ?1 AND taken_back_at IS NULL AND erased_at IS NULL",
        erasure_id,
        now,
    )


def make_final(erasure_id: str, now: str) -> Statement:
    """From now on it cannot be taken back. Done again, it changes nothing."""
    return statement(
        "UPDATE erasures SET begun_at = COALESCE(begun_at, ?2) WHERE id = ?1 AND taken_back_at IS NULL", erasure_id, now
    )


def note_erased(erasure_id: str, now: str) -> Statement:
    return statement("UPDATE erasures SET erased_at = ? WHERE id = ?", now, erasure_id)

"""The ledger of calls to models: each is a row, whatever became of it."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from tillroll.durable.runs import Run
from tillroll.platform.database import Statement, statement
from tillroll.platform.ids import new_id
from tillroll.platform.json import Json, JsonObject

COMPLETED, UNUSABLE, FAILED = "completed", "unusable", "failed"


@dataclass(frozen=True)
class AiCall:
    """One call. `state` is COMPLETED, UNUSABLE (paid, but of no use) or FAILED (no answer, `error` says why)."""

    id: str
    model: str
    purpose: str
    state: str
    input_sha256: str
    duration_ms: int
    input_tokens: int | None = None
    output_tokens: int | None = None
    error: str | None = None

    def as_json(self) -> JsonObject:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Json) -> "AiCall":
        """Raises TypeError where the stored value is no call."""
        if not isinstance(stored, dict):
            raise TypeError("a stored call is an object")
        return cls(**stored)  # pyright: ignore[reportArgumentType] - as_json wrote it


class Stopwatch:
    """Measures a call from its construction."""

    def __init__(self, model: str, purpose: str, shown: str) -> None:
        """`shown` is what the model is given; only its SHA-256 is kept."""
        self._model = model
        self._purpose = purpose
        self._input_sha256 = hashlib.sha256(shown.encode()).hexdigest()
        self._began = time.monotonic()

    def ended(
        self,
        state: str,
        *,
        tokens: tuple[int | None, int | None] = (None, None),
        error: str | None = None,
    ) -> AiCall:
        """The call, as it ended. `tokens` are those of the input and of the output."""
        return AiCall(
            id=new_id("aic"),
            model=self._model,
            purpose=self._purpose,
            state=state,
            input_sha256=self._input_sha256,
            duration_ms=round(1000 * (time.monotonic() - self._began)),
            input_tokens=tokens[0],
            output_tokens=tokens[1],
            error=error,
        )


def insert_calls(run: Run, calls: Sequence[AiCall], now: str) -> list[Statement]:
    """Write the calls; one that is written already stays as it is."""
    return [
        statement(
            """
            INSERT INTO ai_calls (id, account_id, run_id, model, purpose, state, input_sha256, duration_ms,
                                  input_tokens, output_tokens, error, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
            """,
            call.id,
            run.account_id,
            run.id,
            call.model,
            call.purpose,
            call.state,
            call.input_sha256,
            call.duration_ms,
            call.input_tokens,
            call.output_tokens,
            call.error,
            now,
        )
        for call in calls
    ]

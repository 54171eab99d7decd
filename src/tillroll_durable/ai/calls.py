"""One call to a model, from the asking to what became of it, and what it may cost."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import InitVar, asdict, dataclass, field, replace

from tillroll_durable.ai.costs import Price
from tillroll_durable.errors import AccessDenied
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.bindings.models import ModelError
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json, JsonObject

OFFERED = "offered"
APPROVED = "approved"
STARTED = "started"
COMPLETED = "completed"
FAILED = "failed"
ROLLED_BACK = "rolled_back"

# Reasons: of one that stays offered, of a completed one, and of failed ones.
AI_BUDGET = "ai_budget"
RUN_BUDGET = "run_budget"
UNUSABLE = "unusable"
REFUSED = "refused"
NO_ANSWER = "no_answer"
INTERRUPTED = "interrupted"

# A transcript of a long document, or its fields with a model's thoughts about it.
_ANSWER_TOKENS = 3_000


@dataclass(frozen=True)
class Question:
    """What a model is asked. Of what it is `shown`, SHA-256 and size are held: a picture is a
    megabyte. It is shown so many `pictures`: in it, or where `is_beside`, beside it. Its answer has
    at most `answer_tokens`.
    """

    model: str
    purpose: str
    shown: InitVar[str]
    pictures: int = 0
    is_beside: bool = False
    answer_tokens: int = _ANSWER_TOKENS
    sha256: str = field(init=False)
    size: int = field(init=False)

    def __post_init__(self, value_shown: str) -> None:
        object.__setattr__(self, "sha256", hashlib.sha256(value_shown.encode()).hexdigest())
        object.__setattr__(self, "size", len(value_shown))


@dataclass(frozen=True)
class AiCall:
    """A call that has ended: COMPLETED (with the reason UNUSABLE where it was paid for, but of no
    use) or FAILED, by a REFUSED or NO_ANSWER; `error` says why. `output_key` is where the answer
    lies, None where its step's output has it.
    """

    id: str
    model: str
    purpose: str
    state: str
    input_sha256: str
    duration_ms: int
    input_tokens: int | None
    output_tokens: int | None
    error: str | None
    reason: str | None
    output_key: str | None

    def as_json(self) -> JsonObject:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Json) -> "AiCall":
        """Raises TypeError where the stored value is no call."""
        if not isinstance(stored, dict):
            raise TypeError("a stored call is an object")
        return cls(**stored)  # pyright: ignore[reportArgumentType] - as_json wrote it


def calls_from_json(stored: Sequence[Json]) -> tuple[AiCall, ...]:
    """Read the calls that were kept as JSON."""
    return tuple(map(AiCall.from_json, stored))


class Stopwatch:
    """Measures a call from its construction."""

    def __init__(self, question: Question, call_id: str | None = None) -> None:
        self._question = question
        self.call_id = call_id or new_id("aic")
        self._began = time.monotonic()

    def completed(
        self,
        output_key: str | None = None,
        *,
        tokens: tuple[int | None, int | None] = (None, None),
        unusable: str | None = None,
    ) -> AiCall:
        """Note that the model has answered. `tokens` are those of the input and of the output;
        `unusable` says why it is of no use.
        """
        reason = None if unusable is None else UNUSABLE
        return replace(
            self._ended(COMPLETED, reason, unusable),
            input_tokens=tokens[0],
            output_tokens=tokens[1],
            output_key=output_key,
        )

    def failed(self, error: str, *, was_refused: bool) -> AiCall:
        """Note that the model has not answered: it said no, or nobody knows what became of it."""
        return self._ended(FAILED, REFUSED if was_refused else NO_ANSWER, error)

    def _ended(self, state: str, reason: str | None, error: str | None) -> AiCall:
        return AiCall(
            id=self.call_id,
            model=self._question.model,
            purpose=self._question.purpose,
            state=state,
            input_sha256=self._question.sha256,
            duration_ms=round(1000 * (time.monotonic() - self._began)),
            input_tokens=None,
            output_tokens=None,
            error=error,
            reason=reason,
            output_key=None,
        )


def failure_of(error: ModelError) -> Exception:
    """What a step fails by, where asking the model again does not help."""
    if error.is_denied:
        return AccessDenied(str(error))
    return NonRetryable(str(error))


# Rather too many than too few: a token is four signs of English, and less of other languages.
_SIGNS_A_TOKEN = 3
# A picture of 2.2 million pixels, at 32 x 32 a token; its bytes are text in the request, which is
# not what is counted.
_PICTURE_TOKENS = 2_200


def estimate(price: Price | None, question: Question) -> int | None:
    """Whole micro-US-dollars; None where the model's price is unknown."""
    if price is None:
        return None
    if question.pictures and not question.is_beside:
        signs = 0
    else:
        signs = question.size
    read_tokens = question.pictures * _PICTURE_TOKENS + signs // _SIGNS_A_TOKEN
    return price.cost(read_tokens, question.answer_tokens)

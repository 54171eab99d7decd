"""Models, behind whatever client, and images prepared for a model or a page."""

import math
import re
from typing import Final, Protocol, TypeAlias

from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.json import Json, JsonObject

# Codes that no further attempt mends; every other failure is worth one. The first four groups are
# Workers AI's (https://developers.cloudflare.com/workers-ai/platform/errors/, and what users report
# of its models).
#
# Invalid data, request too large; and, from models that take pictures, an image that is invalid or
# incomplete.
INPUT_CODES = frozenset({5004, 3006, 3010, 8006})
# The account's free neurons of the day are used up: the page has the first code, people see the
# second.
QUOTA_CODES = frozenset({3036, 4006})
# A model whose terms nobody has accepted, or that the account or its plan may not use; an account
# that is blocked; a token that is not accepted.
DENIED_CODES = frozenset({5016, 5018, 3041, 3023, 5035, 10000})
# A setting names a model that does not exist.
NO_MODEL_CODES = frozenset({5007, 3042})
PERMANENT_CODES = INPUT_CODES | QUOTA_CODES | DENIED_CODES | NO_MODEL_CODES

# Codes of https://developers.cloudflare.com/images/reference/errors/ that speak of the picture,
# whatever the text: no image or a format that is not read, too many pixels, twice an unsupported
# format.
PICTURE_CODES = frozenset({9412, 9413, 9420, 9520})
# Codes that mean the picture or the service, and what the text says where it is the picture.
_PICTURE_TEXTS = {9402: "too large", 9516: "decod"}
# The month's free transformations are used up; the second code is the older one for the same.
IMAGES_QUOTA_CODES = frozenset({9422, 9423})

_CODE = re.compile(r"\b(\d{4,5}): ")
# What the binding writes where it gives no code.
_OUT_OF_NEURONS = "daily free allocation"
_CODE_OF_NEURONS = 4006
_IMAGES_CODE = re.compile(r"^IMAGES_[A-Z]+_(?:ERROR )?(\d{4}):")
# wrangler's own Images ends so where its decoder, sharp, throws; Cloudflare's answers with a code.
_LOCAL_DECODER = re.compile(
    r"^Unexpected error response 500: Error: .*(?:Input buffer|Vips|at Sharp\.)"
)
# What the binding says under `wrangler dev --local`.
_REMOTE_ONLY = "needs to be run remotely"
_HOW_TO_HAVE_ONE = (
    "Reading needs Workers AI: log in (npx wrangler login) and start npx wrangler dev without "
    "--local. Or start make dev, which reads on this machine"
)
# What an operator reads on the run.
_HOW_TO_HAVE_MORE = (
    "The 5,000 free transformations of this month are used up: switch on Images Paid in the "
    "Cloudflare dashboard, then retry"
)
_LONGEST_IMAGE_ERROR = 200


class ModelError(Exception):
    """A model did not answer. `code` is Workers AI's internal code, or None where there is none (a
    lost connection)."""

    def __init__(self, code: int | None, message: str) -> None:
        super().__init__(f"{code}: {message}" if code else message)
        self.code = code

    @property
    def is_retryable(self) -> bool:
        """True where the same request may succeed later: all that is not known to be permanent."""
        return self.code not in PERMANENT_CODES

    @property
    def is_about_input(self) -> bool:
        """True where the model cannot take what it was given: another model or a person may."""
        return self.code in INPUT_CODES

    @property
    def is_quota(self) -> bool:
        """True where the account's allocation is spent: no model will answer before it is
        renewed."""
        return self.code in QUOTA_CODES

    @property
    def is_denied(self) -> bool:
        """True where the account or its credentials may not ask: a person has to mend that."""
        return self.code in DENIED_CODES


class NoModelHere(ModelError):
    """What runs the Worker brings no models: nothing answers until a person starts it otherwise."""

    def __init__(self, message: str) -> None:
        super().__init__(None, f"{message}. {_HOW_TO_HAVE_ONE}")

    @property
    def is_retryable(self) -> bool:
        return False

    @property
    def is_denied(self) -> bool:
        return True


# How a model ends by itself. With any other reason ("length", "content_filter") the text may lack
# its end.
ENDS: Final = frozenset({"stop", "eos", "eos_token", "end_turn"})


def finish_reason_of(answer: JsonObject) -> str | None:
    """Why a chat completion ended, in small letters; None where it does not say."""
    match answer:
        case {"choices": [{"finish_reason": str(reason)}, *_]} if reason:
            return reason.lower()
        case _:
            return None


def tokens_of(answer: JsonObject) -> tuple[int | None, int | None]:
    """How many tokens a model has read and written, as it counts; None where it does not say."""
    usage = answer.get("usage")
    if not isinstance(usage, dict):
        return None, None
    return _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))


def _count(value: Json) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        return None
    return int(value)


def error_of(message: str) -> ModelError:
    """What the AI binding's error means: "3040: Capacity temporarily exceeded", at times prefixed
    by the client. Of several codes ("8007: 4006: ...") the last one is the cause. Some errors have
    no code."""
    message = " ".join(message.split())
    if _REMOTE_ONLY in message:
        return NoModelHere(message)
    codes = [*_CODE.finditer(message)]
    if codes:
        cause = codes[-1]
        return ModelError(int(cause[1]), message[cause.end() :])
    if _OUT_OF_NEURONS in message:
        return ModelError(_CODE_OF_NEURONS, message)
    return ModelError(None, message)


class Models(Protocol):
    async def run(self, model: str, inputs: JsonObject) -> JsonObject:
        """Ask a model and return its answer. Raises ModelError: it did not answer."""
        ...


# Of a picture that is decoded at all.
MOST_PIXELS: Final = 50_000_000


class UnreadableImage(Exception):
    """The stored object could not be decoded as an image: retrying cannot help."""


class MissingImage(NonRetryable):
    """There is no object under the key: nobody knows what the picture was like."""


class ImagesUnavailable(Exception):
    """The service that prepares pictures did not answer, or failed: another attempt may succeed."""


class ImagesQuotaSpent(NonRetryable):
    """The month's free transformations are used up: no picture can be prepared before an operator
    acts."""

    def __init__(self, message: str) -> None:
        super().__init__(f"{message}. {_HOW_TO_HAVE_MORE}")


def image_error_of(message: str, code: int | None) -> Exception:
    """What the Images binding's error means: "IMAGES_TRANSFORM_ERROR 9412: ...", or a lost
    connection. `code` is the error's own member, where it has one."""
    message = " ".join(message.split())
    if _LOCAL_DECODER.match(message):
        return UnreadableImage(message)
    message = message[:_LONGEST_IMAGE_ERROR]
    match = _IMAGES_CODE.match(message)
    if code is None and match is not None:
        code = int(match[1])
    if code in IMAGES_QUOTA_CODES:
        return ImagesQuotaSpent(message)
    if code in PICTURE_CODES:
        return UnreadableImage(message)
    sign = _PICTURE_TEXTS.get(code) if code is not None else None
    if sign is not None and sign in message.lower():
        return UnreadableImage(message)
    return ImagesUnavailable(message)


PictureSize: TypeAlias = tuple[int, int]
"""Width and height in pixels, before the picture is turned upright."""


class Images(Protocol):
    async def as_data_url(
        self, key: str, max_pixels: int, *, size: PictureSize | None = None, rotation: int = 0
    ) -> str:
        """The stored image as a data: URL of a JPEG: upright, turned clockwise by `rotation`
        degrees, scaled down to `max_pixels`. Without `size` the object is read twice, and two
        transformations are paid in place of one. Raises UnreadableImage: broken, or beyond
        MOST_PIXELS; MissingImage; ImagesUnavailable; ImagesQuotaSpent."""
        ...

    async def as_jpeg(self, key: str, max_pixels: int, *, size: PictureSize | None = None) -> bytes:
        """The stored image as a JPEG: upright, scaled down as above. Raises as above."""
        ...


def longest_side(size: PictureSize, max_pixels: int) -> int:
    """The longest side, in pixels, of the picture scaled down to `max_pixels`; its own where it has
    no more than that."""
    width, height = size
    return max(1, round(max(size) * min(1.0, math.sqrt(max_pixels / (width * height)))))

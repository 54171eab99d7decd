"""Models, behind whatever client, and images prepared for a model or a page."""

import math
import re
from typing import Final, NamedTuple, Protocol

from tillroll.platform.json import JsonObject

# https://developers.cloudflare.com/workers-ai/platform/errors/ : what another attempt may mend.
RETRYABLE_CODES = frozenset({3007, 3008, 3040})
QUOTA_CODE = 3036
# A model whose agreement nobody has accepted, one that the account may not use, a token that is not accepted.
DENIED_CODES = frozenset({5016, 5018, 10000})
# Invalid data, request too large; and, from models that take pictures, an image that is invalid or incomplete.
INPUT_CODES = frozenset({5004, 3006, 3010, 8006})

_CODE = re.compile(r"\b(\d{4}): ")
# What the binding says under `wrangler dev --local`.
_REMOTE_ONLY = "needs to be run remotely"
_HOW_TO_HAVE_ONE = (
    "Reading needs Workers AI: log in (npx wrangler login) and start npx wrangler dev without --local. "
    "Or start make dev, which reads on this machine"
)


class ModelError(Exception):
    """A model did not answer. `code` is Workers AI's internal code, or None where there is none (a lost connection)."""

    def __init__(self, code: int | None, message: str) -> None:
        super().__init__(f"{code}: {message}" if code else message)
        self.code = code

    @property
    def is_retryable(self) -> bool:
        """True where the same request may succeed later: no capacity, a timeout, a lost connection."""
        return self.code is None or self.code in RETRYABLE_CODES

    @property
    def is_about_input(self) -> bool:
        """True where the model cannot take what it was given: another model or a person may."""
        return self.code in INPUT_CODES

    @property
    def is_quota(self) -> bool:
        """True where the account's allocation is spent: no model will answer before it is renewed."""
        return self.code == QUOTA_CODE

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


def error_of(message: str) -> ModelError:
    """What the AI binding's error means: "3040: Capacity temporarily exceeded", at times prefixed by the client.
    Others have no code."""
    message = " ".join(message.split())
    if _REMOTE_ONLY in message:
        return NoModelHere(message)
    found = _CODE.search(message)
    return ModelError(None, message) if found is None else ModelError(int(found[1]), message[found.end() :])


class Models(Protocol):
    async def run(self, model: str, inputs: JsonObject) -> JsonObject:
        """Ask a model and return its answer. Raises ModelError: it did not answer."""
        ...


# Of a picture that is decoded at all.
MOST_PIXELS: Final = 50_000_000


class UnreadableImage(Exception):
    """The stored object could not be decoded as an image: retrying cannot help."""


class PictureSize(NamedTuple):
    """Pixels, before the picture is turned upright."""

    width: int
    height: int

    @property
    def pixels(self) -> int:
        return self.width * self.height


class Images(Protocol):
    async def as_data_url(
        self, key: str, max_pixels: int, *, size: PictureSize | None = None, rotation: int = 0
    ) -> str:
        """The stored image as a data: URL of a JPEG: upright, turned clockwise by `rotation` degrees, scaled down to
        `max_pixels`. Without `size` the object is read twice. Raises UnreadableImage: missing, broken, or beyond
        MOST_PIXELS."""
        ...

    async def as_jpeg(self, key: str, max_pixels: int, *, size: PictureSize | None = None) -> bytes:
        """The stored image as a JPEG: upright, scaled down as above. Raises UnreadableImage: as above."""
        ...


def longest_side(size: PictureSize, max_pixels: int) -> int:
    """Of the picture scaled down to `max_pixels`, in pixels; its own where it has no more than that."""
    return max(1, round(max(size) * min(1.0, math.sqrt(max_pixels / size.pixels))))

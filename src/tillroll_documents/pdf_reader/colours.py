"""What the samples of a scanned picture mean, and how they become those of a PNG.

The colour spaces are those that PDF/A allows (ISO 32000-1, 8.6). What a PNG has no name for is
turned into red, green and blue, or into grey where nothing but lightness is known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import add
from typing import Any, Final

from tillroll_documents.pdf_reader.reader import array_of, dictionary_of, object_of

Conversion = Callable[[bytes], bytes]

_GREY: Final = 0
_COLOUR: Final = 2
_PALETTE: Final = 3
"""Colour types of PNG (ISO/IEC 15948, 11.2.2)."""
_DEPTHS: Final = {_GREY: (1, 2, 4, 8, 16), _COLOUR: (8, 16), _PALETTE: (1, 2, 4, 8)}
_INVERTED: Final = bytes(range(255, -1, -1))
_LESS_INK: Final = bytes(255 - min(255, ink) for ink in range(511))
"""A colour by its ink and the black on it: ISO 32000-1, 10.3.5."""
_DEEPEST: Final = 4
_MOST_COLOURS: Final = 256


class UnreadablePicture(Exception):
    """A page is a picture that cannot be read here; the message says why, and the way out."""


@dataclass(frozen=True, slots=True)
class Samples:
    """The samples of a picture: `channels` as they are stored, and what a PNG is to say of them."""

    channels: int
    colour_type: int
    converted: int
    """The channels of the PNG."""
    convert: Conversion | None = None
    """Of whole pixels, eight bits a sample; of any depth where it only inverts. None: they stay."""
    palette: bytes = b""
    """Red, green and blue of each colour."""


def samples_of(picture: Any) -> Samples:
    """What a picture's samples mean. Raises UnreadablePicture for what a PNG cannot say."""
    bits = int(picture.get("/BitsPerComponent", 1))
    if picture.get("/ImageMask"):
        samples = Samples(1, _GREY, converted=1)
        name = "a mask"
        bits = 1
    else:
        samples = _space(picture.get("/ColorSpace"), _DEEPEST)
        name = _name(picture.get("/ColorSpace"))
    is_mixed = samples.convert is not None and samples.channels > 1
    if bits not in _DEPTHS[samples.colour_type] or (is_mixed and bits != 8):
        raise UnreadablePicture(refusal(f"has {bits} bits of {name}"))
    return _decoded(samples, array_of(picture.get("/Decode")))


def refusal(what: str) -> str:
    """Why a page's picture is not read, and the way out."""
    return f"a page's picture {what}: scan it as JPEG, or photograph it"


def _name(space: Any) -> str:
    """The space as people find it in their program's settings: "DeviceN"."""
    resolved = object_of(space)
    if isinstance(resolved, list):
        return _name(next(iter(array_of(resolved)), None))
    if resolved is None:
        return "no colour space"
    return str(resolved).strip("/")[:40]


def _space(space: Any, depth: int) -> Samples:
    parts = array_of(space)
    name = _name(space)
    if name == "ICCBased" and len(parts) > 1 and depth:
        return _of_profile(parts[1], depth)
    if name == "Indexed" and len(parts) > 3 and depth:
        return _of_palette(parts, depth)
    is_one_ink = name == "DeviceN" and len(parts) > 1 and len(array_of(parts[1])) == 1
    if is_one_ink:
        return _BY_NAME["Separation"]
    if name == "no colour space":
        raise UnreadablePicture(refusal("has no colour space"))
    if name not in _BY_NAME:
        raise UnreadablePicture(refusal(f"has the colours of {name}"))
    return _BY_NAME[name]


def _of_profile(profile: Any, depth: int) -> Samples:
    """Take the colour space by the number of channels: the profile itself changes no letter."""
    channels = dictionary_of(profile).get("/N")
    spaces = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}
    if channels not in spaces:
        raise UnreadablePicture(refusal(f"has {channels} channels of ICCBased"))
    return _space(_Named(spaces[channels]), depth - 1)


class _Named(str):
    """A name that stands for itself, as pypdf's objects do."""

    __slots__ = ()

    def get_object(self) -> "_Named":
        """The name."""
        return self


def _of_palette(parts: Sequence[Any], depth: int) -> Samples:
    base = _space(parts[1], depth - 1)
    count = int(object_of(parts[2])) + 1
    table = _bytes_of(object_of(parts[3]))[: count * base.channels]
    if not 0 < count <= _MOST_COLOURS or len(table) < count * base.channels or base.palette:
        raise UnreadablePicture(refusal("has a broken palette"))
    colours = table
    if base.convert is not None:
        colours = base.convert(table)
    if base.colour_type == _GREY:
        colours = bytes(value for value in colours for _ in range(3))
    return Samples(1, _PALETTE, converted=1, palette=colours)


def _bytes_of(lookup: Any) -> bytes:
    """A palette's bytes: they stand in a string or in a stream."""
    if hasattr(lookup, "get_data"):
        return bytes(lookup.get_data())
    if isinstance(lookup, bytes):
        return lookup
    return bytes(getattr(lookup, "original_bytes", b""))


def _decoded(samples: Samples, decode: Sequence[Any]) -> Samples:
    """Turned round where the picture says so: scanners store black as 1 or as 0."""
    ends = [float(object_of(end)) for end in decode]
    if not ends or (samples.channels == 3 and samples.convert is not None):
        return samples
    if samples.palette:
        is_usual = ends[0] == 0
    else:
        is_usual = all(low < high for low, high in zip(ends[::2], ends[1::2], strict=False))
    if is_usual:
        return samples
    if samples.palette or any(low < high for low, high in zip(ends[::2], ends[1::2], strict=False)):
        raise UnreadablePicture(refusal("has samples that are turned round in part"))
    convert = samples.convert
    if convert is None:
        turned = _inverted
    elif convert is _inverted:
        turned = None
    else:
        turned = _turned(convert)
    return Samples(
        samples.channels,
        samples.colour_type,
        converted=samples.converted,
        convert=turned,
    )


def _turned(convert: Conversion) -> Conversion:
    return lambda samples: convert(_inverted(samples))


def _inverted(samples: bytes) -> bytes:
    return samples.translate(_INVERTED)


def _lightness(samples: bytes) -> bytes:
    return samples[::3]


def _without_inks(samples: bytes) -> bytes:
    """Red, green and blue of cyan, magenta, yellow and black, in loops of the interpreter."""
    black = samples[3::4]
    colours = bytearray(len(black) * 3)
    for place in range(3):
        inks = map(add, samples[place::4], black)
        colours[place::3] = bytes(map(_LESS_INK.__getitem__, inks))
    return bytes(colours)


_BY_NAME: Final = {
    "DeviceGray": Samples(1, _GREY, converted=1),
    "CalGray": Samples(1, _GREY, converted=1),
    "DeviceRGB": Samples(3, _COLOUR, converted=3),
    "CalRGB": Samples(3, _COLOUR, converted=3),
    "DeviceCMYK": Samples(4, _COLOUR, converted=3, convert=_without_inks),
    "Lab": Samples(3, _GREY, converted=1, convert=_lightness),
    "Separation": Samples(1, _GREY, converted=1, convert=_inverted),
}

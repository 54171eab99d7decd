"""Pictures of a page as files: small ones that stand still, and one that moves."""

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Page

_COLOURS: Final = 256
_WIDTH: Final = 900
_QUALITY: Final = 80
# People read the last frame longest, before it begins again.
_MILLISECONDS: Final = 1_800
_LAST_MILLISECONDS: Final = 3_500


@dataclass
class Album:
    """
    Attributes:
        folder: where the pictures go.
        written: their names, in the order in which they were taken.
    """

    folder: Path
    written: list[str] = field(default_factory=list[str])
    _frames: list[Image.Image] = field(default_factory=list[Image.Image])

    def still(self, page: Page, name: str) -> None:
        """A picture of what the window shows, in as many colours as a page needs."""
        seen = _seen(page).quantize(_COLOURS, dither=Image.Dither.NONE)
        seen.save(self._path(f"{name}.png"), optimize=True)

    def frame(self, page: Page) -> None:
        """What the window shows, as the next frame of the moving picture."""
        seen = _seen(page)
        height = seen.height * _WIDTH // seen.width
        self._frames.append(seen.resize((_WIDTH, height), Image.Resampling.LANCZOS))

    def move(self, name: str) -> None:
        """The moving picture of all frames."""
        first, *others = self._frames
        times = [_MILLISECONDS] * len(others) + [_LAST_MILLISECONDS]
        first.save(
            self._path(f"{name}.webp"),
            save_all=True,
            append_images=others,
            duration=times,
            loop=0,
            quality=_QUALITY,
            method=6,
            kmin=0,
            kmax=1,  # each frame is whole: of what changed alone, shadows stay
        )

    def _path(self, name: str) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.written.append(name)
        return self.folder / name


def _seen(page: Page) -> Image.Image:
    page.mouse.move(0, 0)
    page.wait_for_load_state("networkidle")
    taken = page.screenshot(animations="disabled", caret="hide")
    return Image.open(io.BytesIO(taken)).convert("RGB")

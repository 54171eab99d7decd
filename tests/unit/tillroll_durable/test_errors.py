"""What of an error is kept and shown: one line, without the stack and the paths of a machine."""

import pytest

from tillroll_durable.errors import one_line

_SHARP = """Error: Input buffer contains unsupported image format
    at Sharp.metadata (file:///srv/app/node_modules/wrangler/sharp.mjs:12:3)
    at async Images.info (node:internal/process:95:5)"""


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        pytest.param(_SHARP, "Error: Input buffer contains unsupported image format", id="stack"),
        pytest.param(
            " ".join(_SHARP.split()),
            "Error: Input buffer contains unsupported image format",
            id="in one line",
        ),
        pytest.param("Sharp failed: (file:///srv/sharp.mjs:1:2)", "Sharp failed", id="path"),
        pytest.param(
            "busy\nat the moment: try at 12:00", "busy at the moment: try at 12:00", id="words"
        ),
        pytest.param(
            "3036: the daily quota\n is used up", "3036: the daily quota is used up", id="two lines"
        ),
    ],
)
def test_a_summary_has_neither_stack_nor_path(message: str, kept: str) -> None:
    assert one_line(message) == kept

"""The command `tillroll`: `python -m cli …`."""

from typing import Final

VERSION: Final = "0.1.0"
"""That of pyproject.toml, which a test holds."""

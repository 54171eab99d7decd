"""The command `tillroll`: an author's commands, and those that other distributions add."""

from typing import Final

VERSION: Final = "0.1.0"
"""That of pyproject.toml, which a test holds."""

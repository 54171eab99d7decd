"""Whether the command runs from the project's folder, or was installed by itself."""

import importlib.util
from pathlib import Path
from typing import Final

# What operators do works in the project's folder only, with its wrangler; what pip installs has
# none of it.
IN_PROJECT: Final = importlib.util.find_spec(f"{__package__}.commands.operations") is not None


def has(module: str) -> bool:
    """True if the project has this module; what pip installs has the commands of all."""
    path = Path(__file__).resolve().parent.parent / "src" / "tillroll" / module
    return not IN_PROJECT or path.exists() or path.with_suffix(".py").exists()

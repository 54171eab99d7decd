"""Whether the command runs from the project's folder, or was installed by itself."""

import importlib.util
from typing import Final

# What operators do works in the project's folder only, with its wrangler; what pip installs has
# none of it.
IN_PROJECT: Final = importlib.util.find_spec(f"{__package__}.commands.operations") is not None

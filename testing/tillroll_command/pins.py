"""The versions that a project begins with: those that this library was tested with."""

from typing import Final

NODE: Final = "24.21.0"
PYODIDE: Final = "314.0.6"
WRANGLER: Final = "4.164.0"
COMPATIBILITY_DATE: Final = "2026-11-01"

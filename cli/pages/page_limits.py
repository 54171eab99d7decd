"""How large files may be that the page sends: public/js/api/limits.ts (`make docs`). The Worker
declares them.
"""

from importlib import import_module
from typing import Final

_MB: Final = 1024 * 1024
_DECLARED: Final = {
    "receipt": ("tillroll.receipts", "service", "LARGEST_BYTES"),
    "statement": ("tillroll_documents.bank_files", "limits", "MAX_BYTES"),
}


def page_limits() -> str:
    """The module, with whole megabytes."""
    lines = [f"  {name}: {_megabytes(*place)}," for name, place in _DECLARED.items()]
    return "\n".join(
        [
            "// Made by `make docs` from the Worker's own limits: change them there.",
            "",
            "/** Bytes of a megabyte. */",
            "export const MB = 1024 * 1024;",
            "/** How many megabytes a receipt may have, and a bank's file. */",
            "export const MEGABYTES = {",
            *lines,
            "};",
            "",
        ]
    )


def _megabytes(package: str, module: str, name: str) -> int:
    declared: int = getattr(import_module(f"{package}.{module}"), name)
    return declared // _MB

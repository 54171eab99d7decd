"""What was not proven without an account of Cloudflare's, as docs/deploying.md has it."""

from typing import Final

from cli.operations.verifying.subjects import SUBJECTS
from cli.pages.made_part import with_part

_BEGIN: Final = "<!-- made by `make docs` from what `tillroll verify` checks -->\n"
_END: Final = "<!-- end of what verify checks -->\n"


def with_unproven(page: str) -> str:
    """The page with its table. Raises ValueError: the page has no place for it."""
    rows = "".join(f"| {each.name} | {each.gap} | {each.proof} |\n" for each in SUBJECTS)
    return with_part(page, _BEGIN, f"| line | not proven | by |\n| --- | --- | --- |\n{rows}", _END)

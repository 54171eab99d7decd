"""What is written into the audit of finding: ids only, since names and filters may be personal."""

from collections.abc import Mapping
from typing import Final

AUDITED: Final[Mapping[str, str]] = {
    "view.created": "a filter of expenses was kept under a name; `view` is its id",
    "view.changed": "a kept filter got another name or filter, or is shared or not",
    "view.deleted": "a kept filter was deleted",
}

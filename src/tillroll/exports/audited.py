"""What exports write into the audit, beside what their runs do."""

from collections.abc import Mapping
from typing import Final

AUDITED: Final[Mapping[str, str]] = {
    "period.closed": "days were closed; `export` holds what was in them",
    "period.reopened": "closed days were opened again; the reason stands with the period",
    "export_profile.saved": "how a program wants its file was named, or changed",
    "export_profile.removed": "a profile was removed; the exports that it made stay",
    "export_link.created": "a link was made by which anybody gets the files of an export until it expires",
    "export_link.revoked": "such a link was taken back",
    "export_link.used": "a file was fetched by such a link",
}

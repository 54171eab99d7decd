"""What erasures write into the audit, beside what their runs do. Ids only: it stays when what it tells of is gone."""

from collections.abc import Mapping
from typing import Final

AUDITED: Final[Mapping[str, str]] = {
    "erasure.requested": "something is to be deleted for good at `dueAt`; `what` it is, and its id as `target`",
    "erasure.taken_back": "it is not to be deleted any more",
    "erasure.begun": "the time is over: it is being deleted, and cannot be taken back",
}

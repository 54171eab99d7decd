"""What erasures and data exports write into the audit."""

from collections.abc import Mapping
from typing import Final

AUDITED: Final[Mapping[str, str]] = {
    "data_export.requested": "somebody asked for an account's data, or for their own; `what`, and whose as `target`",
    "data_export.finished": "its files are there, until `expiresAt`",
    "data_export.fetched": "one of its files was fetched",
    "data_export.swept": "its files were deleted: its time was over, or it was not finished",
    "erasure.requested": "something is to be deleted for good at `dueAt`; `what` it is, and its id as `target`",
    "erasure.taken_back": "it is not to be deleted any more",
    "erasure.begun": "the time is over: it is being deleted, and cannot be taken back",
}

"""The key of kept secrets on this machine: made once a state folder, readable for its owner
only.
"""

import base64
import os
from pathlib import Path

from tillroll_local.files import write_private

_KEY_BYTES = 32


def encryption_keys_of(state: Path) -> str:
    """What ENCRYPTION_KEYS takes, for a state folder; makes it where there is none. Only the
    process that holds the folder's lock may ask.
    """
    file = state / "encryption-keys"
    if not file.exists():
        write_private(file, f"1:{base64.b64encode(os.urandom(_KEY_BYTES)).decode()}")
    return file.read_text(encoding="utf-8")

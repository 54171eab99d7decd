"""The key that seals the audit on this machine: made once a state folder, readable for its owner
only.
"""

from pathlib import Path

from tillroll_local.files import write_private
from tillroll_testing.host.signing import new_signing_key


def signing_key_of(state: Path) -> str:
    """The key of a state folder; makes it where there is none. Only the process that
    holds the folder's lock may ask.
    """
    file = state / "audit-signing-key"
    if not file.exists():
        write_private(file, new_signing_key())
    return file.read_text(encoding="utf-8")

"""The key that signs messages to browsers on this machine: made once a state folder, readable for
its owner only.
"""

from pathlib import Path

from tillroll_local.files import write_private
from tillroll_testing.host.signing import new_push_key


def push_key_of(state: Path) -> str:
    """What PUSH_SIGNING_KEY takes, for a state folder; makes it where there is none. Only the
    process that holds the folder's lock may ask.
    """
    file = state / "push-signing-key"
    if not file.exists():
        write_private(file, new_push_key())
    return file.read_text(encoding="utf-8")

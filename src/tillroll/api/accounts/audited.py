"""What is written into the audit of who may come in."""

from collections.abc import Mapping
from typing import Final

AUDITED: Final[Mapping[str, str]] = {
    "user.invited": "somebody was made a user of the account",
    "code.created": "a code to sign in with was made",
    "session.created": "somebody signed in",
    "sessions.ended": "all sessions of a user were ended",
    "token.created": "a token was made",
    "token.revoked": "a token was taken back",
}

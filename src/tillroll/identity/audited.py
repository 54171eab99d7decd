"""What is written into the audit of who may come in."""

from collections.abc import Mapping
from typing import Final

AUDITED: Final[Mapping[str, str]] = {
    "user.invited": "somebody was made a user of the account",
    "user.roles_changed": "a person of the account was given other roles",
    "user.removed": "a person was removed from the account; what they did stays",
    "code.created": "a code to sign in with was made; `isMailed`: it was mailed, not shown",
    "session.created": "somebody signed in",
    "sign_in.refused": "signing in was refused so often within an hour: once, ten, a hundred times; `how` says by what",
    "sessions.ended": "all sessions of a user were ended",
    "links.taken_back": "links and codes of a user that nobody had used were taken back",
    "user.locked_out": "all sessions, passkeys and unused links of a user were ended",
    "user.came_themselves": "a person came by a link that nobody else had: those `endsLetInBy` count as them no more",
    "passkey.added": "somebody made a passkey to sign in with",
    "passkey.renamed": "a passkey was given another name",
    "passkey.removed": "a passkey was ended",
    "passkey.counter_went_back": "nobody was let in: a passkey's counter did not go on, as if there were a copy",
    "token.created": "a token was made",
    "token.revoked": "a token was taken back",
}

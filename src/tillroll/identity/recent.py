"""What changes how a person signs in asks for a sign-in that is not long ago: who finds a browser
signed in, or stole its cookie, makes no credentials of their own by it.
"""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import Depends

from tillroll.api.dependencies import Caller, PlatformHere
from tillroll.identity.passkey_rows import passkeys_of
from tillroll_durable.platform.clock import from_text
from tillroll_durable.platform.refusals import Kind, Refusal

RECENT: Final = timedelta(minutes=15)


class SignInAgain(Refusal):
    """The person has a passkey, or came from another company, and signed in some time ago."""

    kind = Kind("sign-in-again", 403, "Sign in again first", may_pass=True)
    explanation = (
        "This changes how you sign in, and you signed in more than 15 minutes ago. Sign in with "
        "your passkey or by a link, and send it again."
    )


async def check_recent(platform: PlatformHere, principal: Caller) -> None:
    """Who has no passkey has nothing to prove it by, and a token is no browser's session. Who came
    from another company was let in there: they sign in here first, by a passkey or a link.
    """
    session = principal.session
    if session is None or platform.clock.now() - from_text(session.since) <= RECENT:
        return
    if session.how == "switch" or await passkeys_of(platform.database, principal.user_id):
        raise SignInAgain


# Of routes that change how the caller signs in.
SignedInRecently = Annotated[None, Depends(check_recent)]

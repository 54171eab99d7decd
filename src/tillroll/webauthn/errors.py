"""What a ceremony ends with where it is not as the standard wants it."""


class Refused(ValueError):
    """The answer of an authenticator or a browser cannot be believed; the message says what of it, for developers."""

"""What stops a deployment."""


class NotDeployed(Exception):
    """A step was not done; the message says why, and what to do. Earlier steps stay done, and are
    not repeated.
    """

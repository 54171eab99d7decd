"""What is said to a person of an object that rows refer to and the bucket does not have."""


def missing(key: str) -> str:
    """The cause of a failure: its file, and what puts it right."""
    return f"the object {key} is missing in the bucket: put it back from a backup, then retry"

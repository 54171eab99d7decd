"""A project's bucket through the genuine wrangler, on this machine or deployed."""

import tempfile
from pathlib import Path
from typing import Final

from tillroll_command.running import configuration
from tillroll_command.running.places import Places
from tillroll_command.running.wrangler import data_of, run_wrangler

_BINDING: Final = "BUCKET"


class BucketRefused(Exception):
    """wrangler did not give an object; the message is wrangler's."""


class Objects:
    """What lies in the bucket that wrangler.jsonc binds as BUCKET, if there is one."""

    def __init__(self, places: Places, *, is_remote: bool = False) -> None:
        self._places = places
        self._where = data_of(places, is_remote=is_remote)

    def content(self, key: str) -> bytes:
        """The bytes of an object. Raises BucketRefused."""
        bound = configuration.read(self._places.configuration).get("r2_buckets", [])
        names = [each["bucket_name"] for each in bound if each["binding"] == _BINDING]
        if not names:
            raise BucketRefused(f"wrangler.jsonc binds no {_BINDING}, and {key} lies in one")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "content"
            self._get(f"{names[0]}/{key}", file)
            return file.read_bytes()

    def _get(self, path: str, file: Path) -> None:
        arguments = ["r2", "object", "get", path, "--file", str(file), *self._where]
        ended = run_wrangler(self._places, self._places.configuration, arguments)
        if not ended.is_done:
            raise BucketRefused(ended.printed)

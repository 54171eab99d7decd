"""The receipts' bucket from the command line: wrangler's own client, in Node (bucket.mjs)."""

import json
import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.places import NODE, ROOT
from local.wrangler import data_folder, quiet_environment
from tillroll_local.log_lines import without_colours

# How bucket.mjs ends where the bucket has no object of a key.
_GONE = 44
_SCRIPT = ROOT / "cli" / "operations" / "bucket.mjs"


class BucketError(Exception):
    """wrangler's client did not do it; the message is its own. Objects done before that stay
    done.
    """


class ObjectGone(BucketError):
    """The bucket answers, and has no such object."""


@dataclass(frozen=True)
class ListedObject:
    """`etag` changes with the content."""

    key: str
    size: int
    etag: str
    content_type: str | None


@dataclass(frozen=True)
class ObjectFile:
    """An object and the file on this machine that has its bytes, or shall have them."""

    key: str
    file: Path
    content_type: str | None = None


class Bucket:
    """The bucket that a configuration binds as BUCKET; `state` is this machine's folder, None for
    the deployed one.
    """

    def __init__(self, configuration: Path, state: Path | None) -> None:
        self._where = [
            str(configuration),
            *([] if state is None else [str(data_folder(state) / "v3")]),
        ]

    def listed(self) -> list[ListedObject]:
        """All objects, in the order of their keys. Raises BucketError."""
        return [
            ListedObject(line["key"], line["size"], line["etag"], line["contentType"])
            for line in self._run("list", ())
        ]

    def fetch(self, objects: Iterable[ObjectFile]) -> int:
        """Write the objects into their files; return how many. Raises ObjectGone: the bucket lacks
        one of them; BucketError.
        """
        return len(self._run("get", objects))

    def store(self, objects: Iterable[ObjectFile]) -> int:
        """Store the files as objects; one that exists stays as it is. Return how many are new.
        Raises BucketError.
        """
        return sum(line["isNew"] for line in self._run("put", objects))

    def _run(self, action: str, objects: Iterable[ObjectFile]) -> list[dict[str, Any]]:
        lines = (
            json.dumps({"key": each.key, "file": str(each.file), "contentType": each.content_type})
            for each in objects
        )
        done = subprocess.run(
            [str(NODE), str(_SCRIPT), action, *self._where],
            input="\n".join(lines),
            cwd=ROOT,
            env={**os.environ, **quiet_environment()},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            failure = ObjectGone if done.returncode == _GONE else BucketError
            raise failure(without_colours(done.stderr).strip())
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

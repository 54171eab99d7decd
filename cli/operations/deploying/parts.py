"""The parts of a deployment at Cloudflare: each is looked for, then made where it is missing.

A call may take effect without an answer. So what is about to be made is recorded before, and found
again after: what is there and was begun here is the deployment's. What is there and was not begun
here is somebody else's, and stops it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cli.operations.deploying.configuration import BUCKET, configuration, database_key
from cli.operations.deploying.errors import NotDeployed
from cli.operations.deploying.wrangler import Wrangler, WranglerFailed

WORKER: Final = "worker"
_NO_BUCKET: Final = 10006
_NO_WORKER: Final = {10007, 10090}
_ADVICE: Final = (
    "Choose another name; or, if it is this deployment's and the file of its ids was lost, add "
    "--adopt."
)
Say = Callable[[str], None]


@dataclass(frozen=True)
class Part:
    """`find` gives its id, or its name where it has no id; None where there is none. So does
    `make`, where wrangler prints the id that it needs.
    """

    key: str
    title: str
    find: Callable[[], str | None]
    make: Callable[[], str | None]


def make_parts(wrangler: Wrangler, say: Say, *, adopts: bool) -> None:
    """Make what is missing. `adopts` takes what is there for the deployment's own.

    Raises:
        NotDeployed: a part is somebody else's, or Cloudflare did not do it.
    """
    record = wrangler.record
    for part in parts_of(wrangler):
        if part.key in record.ids:
            continue
        found = part.find()
        if found is None:
            record.begun.append(part.key)
            record.save()
            say(f"Making {part.title} …")
            found = part.make() or part.find()
            if found is None:
                raise NotDeployed(f"Cloudflare has made {part.title}, and does not list it yet.")
        elif part.key not in record.begun and not adopts:
            raise NotDeployed(
                f"The account has {part.title} already, and this machine has not made it. {_ADVICE}"
            )
        record.ids[part.key] = found
        record.save()


def check_worker(wrangler: Wrangler, *, adopts: bool) -> None:
    """Before the first release. Raises NotDeployed: a Worker of this name is somebody else's."""
    record = wrangler.record
    if WORKER in record.begun or adopts:
        return
    try:
        wrangler.document("deployments", "status", "--name", record.name, "--json")
    except WranglerFailed as error:
        if error.code in _NO_WORKER:
            record.begun.append(WORKER)
            record.save()
            return
        if "has no deployments" not in str(error):
            raise
    raise NotDeployed(
        f"The account has a Worker {record.name} already, and this machine has not made it. "
        f"{_ADVICE}"
    )


def parts_of(wrangler: Wrangler) -> list[Part]:
    """What must be there before the Worker is."""
    record = wrangler.record
    content = configuration(record, wrangler.deployed)
    place: list[str] = []
    if record.answers.jurisdiction:
        place = ["--jurisdiction", record.answers.jurisdiction]
    [bucket] = content["r2_buckets"]
    queues = content["queues"]
    names = {each["queue"] for each in (*queues["producers"], *queues["consumers"])}
    return [
        *[_database(wrangler, each, place) for each in content["d1_databases"]],
        _bucket(wrangler, bucket["bucket_name"], place),
        *[_queue(wrangler, name, place) for name in sorted(names)],
    ]


def _database(wrangler: Wrangler, database: Mapping[str, str], place: list[str]) -> Part:
    name = database["database_name"]
    return Part(
        database_key(database["binding"]),
        f"the database {name}",
        lambda: _id_of(wrangler.document("d1", "list", "--json"), "name", name, "uuid"),
        lambda: _printed(
            wrangler.run("d1", "create", name, *place, "--update-config=false"), "database_id"
        ),
    )


def _bucket(wrangler: Wrangler, name: str, place: list[str]) -> Part:
    def find() -> str | None:
        try:
            wrangler.run("r2", "bucket", "info", name, *place, "--json")
        except WranglerFailed as error:
            if error.code == _NO_BUCKET:
                return None
            raise
        return name

    def make() -> str:
        wrangler.run("r2", "bucket", "create", name, *place, "--update-config=false")
        return name

    return Part(BUCKET, f"the bucket {name}", find, make)


def _queue(wrangler: Wrangler, name: str, place: list[str]) -> Part:
    def find() -> str | None:
        try:
            wrangler.run("queues", "info", name)
        except WranglerFailed as error:
            if f'Queue "{name}" does not exist' in str(error):
                return None
            raise
        return name

    def make() -> str:
        wrangler.run("queues", "create", name, *place)
        return name

    return Part(name, f"the queue {name}", find, make)


def _printed(text: str, key: str) -> str | None:
    """The id in the lines for a configuration that wrangler prints."""
    match = re.search(rf'"{key}": "([^"]+)"', text)
    if match is None:
        return None
    return match[1]


def _id_of(listed: list[Mapping[str, Any]], by: str, name: str, key: str) -> str | None:
    return next((each[key] for each in listed if each[by] == name), None)

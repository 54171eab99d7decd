"""The names of all that a deployment has, derived from its own, so that two in one account share
nothing.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

# Cloudflare takes 63 characters for a Worker, a bucket and a queue, and 64 for a Workflow: the
# longest name of one of ours, and a hyphen, come behind the deployment's.
LONGEST: Final = 32
_NAME: Final = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]")
_MOST_LIMITERS: Final = 2**31 - 1


def check_name(name: str) -> str:
    """The name. Raises ValueError: Cloudflare, or a host name, cannot have it."""
    if len(name) > LONGEST or _NAME.fullmatch(name) is None or "--" in name:
        raise ValueError(
            f"a deployment's name has 2 to {LONGEST} small letters, digits and single hyphens, and "
            "begins with a letter"
        )
    return name


def named(deployed: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The configuration `deployed`, which is wrangler.jsonc, with the names of the deployment
    `name`.
    """
    base = deployed["name"]

    def own(given: str) -> str:
        """`tillroll-events` of `tillroll` becomes `staging-events`; `receipt-workflow` gets the
        name before it.
        """
        if given == base:
            return name
        rest = given.removeprefix(f"{base}-")
        return f"{name}-{rest}"

    queues = deployed["queues"]
    return {
        **deployed,
        "name": name,
        "d1_databases": [
            {**each, "database_name": own(each["database_name"])}
            for each in deployed["d1_databases"]
        ],
        "r2_buckets": [
            {**each, "bucket_name": own(each["bucket_name"])} for each in deployed["r2_buckets"]
        ],
        "queues": {
            "producers": [{**each, "queue": own(each["queue"])} for each in queues["producers"]],
            "consumers": [{**each, "queue": own(each["queue"])} for each in queues["consumers"]],
        },
        "workflows": [{**each, "name": own(each["name"])} for each in deployed["workflows"]],
        "ratelimits": [
            {**each, "namespace_id": _limiter(name, each["name"])}
            for each in deployed.get("ratelimits", [])
        ],
    }


def _limiter(name: str, binding: str) -> str:
    """A positive number that no other deployment, and no other limit of this one, has."""
    digest = hashlib.sha256(f"{name} {binding}".encode()).digest()
    return str(int.from_bytes(digest[:8]) % _MOST_LIMITERS + 1)

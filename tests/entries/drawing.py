"""The deployed Worker, and POST /api/test/draws: what is drawn at random, by each way that Python
has.
"""

import json
import os
import random
import secrets
import tempfile
import uuid
from typing import Any

import js
from workers import Response

import entry
from entry import *  # noqa: F403 # pyright: ignore[reportAssignmentType] - the class of each kind; Default is our own
from tillroll_durable.platform.ids import new_id


class Default(entry.Default):
    async def fetch(self, request: Any) -> Any:
        if not request.url.endswith("/test/draws"):
            return await super().fetch(request)
        draws = {
            "id": new_id("run")[-16:],  # without its time
            "token": secrets.token_urlsafe(32),
            "bytes": os.urandom(16).hex(),
            "uuid": str(uuid.uuid4()),
            "uuid1": str(uuid.uuid1())[19:],  # without its time
            "random": random.random(),
            "a Random of its own": random.Random().random(),
            "choice": "".join(random.choices("abcdefghijklmnop", k=20)),
            "a file's name": tempfile.mkdtemp(),
            "JavaScript": str(js.crypto.randomUUID()),
        }
        return Response(json.dumps(draws))

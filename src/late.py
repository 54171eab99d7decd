"""A Worker that imports late: the snapshot has neither the API nor jobs, mail and workflows.

`tillroll deploy --late-imports` deploys it, for an account whose deploys run out of the CPU time
that Cloudflare allows the making of a snapshot. The first request of each isolate then takes a
second longer.
"""

from tillroll_durable.platform.cloudflare.runtime import START

START.imports_late = True

from entry import *  # noqa: E402, F403 - the handlers and the workflows' classes

"""Whether this Worker is deployed, or is run by the local stack."""

import importlib


def is_deployed() -> bool:
    """Only the local stack has the development flag (docs/decisions/0002-local-stack.md)."""
    flags = importlib.import_module("_cloudflare_compat_flags")
    return not getattr(flags, "python_workers_development", False)

"""Whether what this Worker imports while it is loaded is kept in a snapshot of its memory."""

import importlib


def is_kept() -> bool:
    """True of a deployed Worker, and where a local one is loaded to make its snapshot (local/runtime/make_snapshot.py);
    a local start without a snapshot imports for itself alone."""
    flags = importlib.import_module("_cloudflare_compat_flags")
    # Only the local stack has the development flag (docs/decisions/0002-local-stack.md).
    if not getattr(flags, "python_workers_development", False):
        return True
    try:  # the runtime tells of the snapshot that it was started from, unless it makes one
        importlib.import_module("_cf_internal_snapshot_info")
    except ModuleNotFoundError:
        return True
    return False

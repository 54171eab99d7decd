"""How large files may be that the page sends: public/js/api/limits.js (`make docs`). The Worker declares them."""

from tillroll.bank.limits import MAX_BYTES
from tillroll.receipts.service import LARGEST_BYTES

_MB = 1024 * 1024


def page_limits() -> str:
    """The module, with whole megabytes."""
    return f"""// @ts-check
// Made by `make docs` from the Worker's own limits: change them there.

/** What a receipt may have, in megabytes of 1,048,576 bytes. */
export const RECEIPT_MB = {LARGEST_BYTES // _MB};
/** What a bank's file may have, in the same. */
export const STATEMENT_MB = {MAX_BYTES // _MB};
/** Bytes of one. */
export const MB = 1024 * 1024;
"""

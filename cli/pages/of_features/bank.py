"""How large a file of a bank may be."""

from typing import Final

from tillroll_documents.bank_files.limits import MAX_BYTES

LARGEST_BYTES: Final = {"statement": MAX_BYTES}

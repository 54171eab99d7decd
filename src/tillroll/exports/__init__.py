"""Files that expenses are handed on in: from expenses to bytes, piece by piece. Pure, no I/O."""

"""Whether a picture has several receipts, and whether pictures are parts of one."""

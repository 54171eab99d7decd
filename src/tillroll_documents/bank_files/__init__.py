"""Files and answers of banks in all their formats, read in pieces into the same entries."""

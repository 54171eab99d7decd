"""CSV files of banks: their layouts, the mapping that a person confirms, and their rows."""

"""What programs for bookkeeping read: journals, statements, bills and batches."""

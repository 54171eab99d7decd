-- The id behind which the runs of a bulk operation are counted in its row; those before it are counted when it is read,
-- so that one that is stopped within a page says all that it did. NULL: none is counted yet.
ALTER TABLE bulk_operations ADD COLUMN counted_behind TEXT;

UPDATE bulk_operations SET counted_behind =
  (SELECT MIN(r.run_id) FROM bulk_operation_runs r WHERE r.operation_id = bulk_operations.id)
WHERE finished_at IS NULL;

-- Runs that an operator has to see to are found as one list: failed ones, but for those that were undone, and those that
-- ended otherwise while a rollback failed. The words are those of durable/operating/choosing.py.
CREATE INDEX runs_to_see_to ON runs (account_id, id)
  WHERE status = 'failed' AND (resume_state IS NOT NULL OR escalated_at IS NOT NULL
    OR failure_class IS NULL AND next_safe_action <> 'none')
    OR failure_class = 'rollback_failed' AND escalated_at IS NOT NULL;

-- Nobody was to be called for what was undone, but where an effect elsewhere may stand, for it has no rollback.
UPDATE runs SET escalated_at = NULL, requires_human_review = 0
WHERE status IN ('failed', 'rejected') AND resume_state IS NULL AND escalated_at IS NOT NULL
  AND failure_class IS NOT NULL AND failure_class <> 'rollback_failed'
  AND (failure_class NOT IN ('external_unknown', 'message_unknown', 'irreversible_unknown') OR EXISTS
    (SELECT 1 FROM run_steps WHERE run_id = runs.id AND step = 'rollback: ' || runs.failed_step AND outcome = 'completed'));

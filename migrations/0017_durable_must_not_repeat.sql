-- The idempotency keys of a run's effects on other systems that happened, or of which nobody knows, oldest first: kept
-- by the database, so that whoever writes an intent or its outcome cannot forget it.

CREATE TRIGGER effect_intents_not_again AFTER INSERT ON effect_intents
BEGIN
  UPDATE runs SET must_not_repeat = (
    SELECT json_group_array(idempotency_key) FROM (
      SELECT idempotency_key FROM effect_intents
      WHERE run_id = NEW.run_id AND outcome IS NOT 'refused' ORDER BY created_at, rowid
    )
  ) WHERE id = NEW.run_id;
END;
CREATE TRIGGER effect_intents_settled AFTER UPDATE OF outcome ON effect_intents
BEGIN
  UPDATE runs SET must_not_repeat = (
    SELECT json_group_array(idempotency_key) FROM (
      SELECT idempotency_key FROM effect_intents
      WHERE run_id = NEW.run_id AND outcome IS NOT 'refused' ORDER BY created_at, rowid
    )
  ) WHERE id = NEW.run_id;
END;

UPDATE runs SET must_not_repeat = (
  SELECT json_group_array(idempotency_key) FROM (
    SELECT idempotency_key FROM effect_intents
    WHERE run_id = runs.id AND outcome IS NOT 'refused' ORDER BY created_at, rowid
  )
) WHERE id IN (SELECT run_id FROM effect_intents);

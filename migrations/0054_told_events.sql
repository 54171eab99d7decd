-- People are told of what the audit says from here on, not of all that it has said.
INSERT INTO reconciler_cursors (name, position, updated_at)
SELECT 'told events', CAST(COALESCE(MAX(id), 0) AS TEXT), '2026-11-21T00:00:00.000Z' FROM audit_events;

-- Why a model did not answer, or why its answer was of no use; empty for a call that went well.

ALTER TABLE ai_calls ADD COLUMN error TEXT;

-- A message that cannot be asked for is sent again where nobody knows whether it was: whether an intent is one
-- (when_unknown), and how often it may have been sent.
ALTER TABLE effect_intents ADD COLUMN when_unknown TEXT NOT NULL DEFAULT 'ask';
ALTER TABLE effect_intents ADD COLUMN sends INTEGER NOT NULL DEFAULT 1;

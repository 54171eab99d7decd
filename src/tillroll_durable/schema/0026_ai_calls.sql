-- Calls to models: what became of each, what a day cost, and what an account may spend.

-- The ledger of calls to models: a row from the moment a call is asked for, whatever becomes of it, and what it cost.
-- Money is whole micro-US-dollars: 1,000,000 are one US dollar.
CREATE TABLE ai_calls (
  -- A run that finds the stored answer of another names the other's call: it is paid for once.
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  run_id TEXT NOT NULL REFERENCES runs (id),
  model TEXT NOT NULL,
  purpose TEXT NOT NULL,
  -- offered (asked for; refused, where `reason` says why), approved, started, completed, failed, rolled_back. One write
  -- does the first three, which `created_at`, `approved_at` and `started_at` tell apart.
  state TEXT NOT NULL,
  input_sha256 TEXT NOT NULL,
  duration_ms INTEGER NOT NULL,
  input_tokens INTEGER,
  output_tokens INTEGER,
  created_at TEXT NOT NULL,
  -- Why the model did not answer, or why its answer was of no use; NULL for a call that went well.
  error TEXT,
  step TEXT,
  generation INTEGER,
  attempt INTEGER,
  -- offered: ai_budget. completed: unusable (paid, but of no use). failed: refused (the model said no), no_answer,
  -- interrupted (it died in between). Of the last two nobody knows whether they were paid for.
  reason TEXT,
  reserved_micro_usd INTEGER,
  -- Empty where the tokens or the price are unknown: never 0 for that.
  cost_micro_usd INTEGER,
  -- Where the answer lies in the object store.
  output_key TEXT,
  approved_at TEXT GENERATED ALWAYS AS (started_at) VIRTUAL,
  started_at TEXT GENERATED ALWAYS AS (CASE WHEN state <> 'offered' THEN created_at END) VIRTUAL,
  ended_at TEXT,
  rolled_back_at TEXT,
  -- What counts against a budget: the cost, and until it is known what was set aside for it.
  counted_micro_usd INTEGER GENERATED ALWAYS AS (
    CASE WHEN state = 'offered' OR (state = 'failed' AND reason = 'refused') THEN 0
         ELSE COALESCE(cost_micro_usd, reserved_micro_usd, 0) END
  ) VIRTUAL,
  -- It has ended, may have cost something, and nobody knows what.
  is_unpriced INTEGER GENERATED ALWAYS AS (
    cost_micro_usd IS NULL
    AND (state IN ('completed', 'rolled_back') OR (state = 'failed' AND COALESCE(reason, '') <> 'refused'))
  ) VIRTUAL
) STRICT, WITHOUT ROWID;
CREATE INDEX ai_calls_by_run ON ai_calls (run_id);
CREATE INDEX ai_calls_by_account ON ai_calls (account_id, created_at, id);
CREATE INDEX ai_calls_by_time ON ai_calls (created_at, id);
CREATE INDEX ai_calls_by_state ON ai_calls (account_id, state, created_at, id) WHERE state <> 'completed';
CREATE INDEX ai_calls_open ON ai_calls (started_at) WHERE state = 'started';
CREATE TRIGGER ai_calls_counted AFTER INSERT ON ai_calls
BEGIN
  INSERT INTO ai_daily
  VALUES (NEW.account_id, substr(NEW.created_at, 1, 10), NEW.model, 1, NEW.state = 'offered', NEW.state = 'completed',
          NEW.state = 'failed', NEW.state = 'rolled_back', NEW.is_unpriced, COALESCE(NEW.input_tokens, 0),
          COALESCE(NEW.output_tokens, 0), COALESCE(NEW.cost_micro_usd, 0), NEW.counted_micro_usd, NEW.duration_ms)
  ON CONFLICT (account_id, day, model) DO UPDATE SET
    offered = offered + 1,
    refused = refused + excluded.refused,
    completed = completed + excluded.completed,
    failed = failed + excluded.failed,
    rolled_back = rolled_back + excluded.rolled_back,
    unpriced = unpriced + excluded.unpriced,
    input_tokens = input_tokens + excluded.input_tokens,
    output_tokens = output_tokens + excluded.output_tokens,
    cost_micro_usd = cost_micro_usd + excluded.cost_micro_usd,
    counted_micro_usd = counted_micro_usd + excluded.counted_micro_usd,
    duration_ms = duration_ms + excluded.duration_ms;
END;
CREATE TRIGGER ai_calls_recounted AFTER UPDATE ON ai_calls
BEGIN
  UPDATE ai_daily SET
    refused = refused + (NEW.state = 'offered') - (OLD.state = 'offered'),
    completed = completed + (NEW.state = 'completed') - (OLD.state = 'completed'),
    failed = failed + (NEW.state = 'failed') - (OLD.state = 'failed'),
    rolled_back = rolled_back + (NEW.state = 'rolled_back') - (OLD.state = 'rolled_back'),
    unpriced = unpriced + NEW.is_unpriced - OLD.is_unpriced,
    input_tokens = input_tokens + COALESCE(NEW.input_tokens, 0) - COALESCE(OLD.input_tokens, 0),
    output_tokens = output_tokens + COALESCE(NEW.output_tokens, 0) - COALESCE(OLD.output_tokens, 0),
    cost_micro_usd = cost_micro_usd + COALESCE(NEW.cost_micro_usd, 0) - COALESCE(OLD.cost_micro_usd, 0),
    counted_micro_usd = counted_micro_usd + NEW.counted_micro_usd - OLD.counted_micro_usd,
    duration_ms = duration_ms + NEW.duration_ms - OLD.duration_ms
  WHERE account_id = NEW.account_id AND day = substr(NEW.created_at, 1, 10) AND model = NEW.model;
END;

-- The ledger's totals by day (UTC), kept by the triggers of `ai_calls` in the same transaction as each call's row: a
-- budget is checked, and a total told, without going through the calls.
CREATE TABLE ai_daily (
  account_id TEXT NOT NULL,
  day TEXT NOT NULL,
  model TEXT NOT NULL,
  offered INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  completed INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  rolled_back INTEGER NOT NULL,
  unpriced INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cost_micro_usd INTEGER NOT NULL,
  counted_micro_usd INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  PRIMARY KEY (account_id, day, model)
) STRICT, WITHOUT ROWID;
CREATE INDEX ai_daily_by_day ON ai_daily (day);

-- What an account may spend on models a day (UTC), where it has a budget of its own.
CREATE TABLE ai_budgets (
  account_id TEXT PRIMARY KEY REFERENCES accounts (id),
  daily_micro_usd INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

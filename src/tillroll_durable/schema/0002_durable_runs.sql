-- The durable core: runs, what they did and wait for, what begins and operates them, and what the reconciler keeps.
-- An application has a table `accounts` with `id`, `created_at` and `closed_at`. Times are UTC text in ISO 8601 with
-- milliseconds, so that they sort.

-- It takes no row: a guard that does not hold tries to insert one, which fails its batch.
CREATE TABLE guards (failed INTEGER CONSTRAINT a_guard_failed CHECK (failed = 0)) STRICT;

-- The run record: what a run is, where it stands, and what is safe to do next.
CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  kind TEXT NOT NULL,
  contract_version INTEGER NOT NULL,
  -- The engine's instance is {id}-{generation}; a retry raises it, and writes of an older generation are refused.
  generation INTEGER NOT NULL DEFAULT 1,
  subject TEXT NOT NULL,
  previous_run_id TEXT REFERENCES runs (id),
  state TEXT NOT NULL,
  status TEXT NOT NULL,
  state_version INTEGER NOT NULL DEFAULT 1,
  last_successful_step TEXT,
  attempt_count INTEGER NOT NULL DEFAULT 0,
  next_retry_at TEXT,
  deadline TEXT,
  requires_human_review INTEGER NOT NULL DEFAULT 0,
  reason TEXT,
  error_class TEXT,
  error_summary TEXT,
  next_safe_action TEXT NOT NULL,
  -- When the engine was seen to have this generation's instance; empty until the reconciler or the run itself says so.
  instance_confirmed_at TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  -- What a failed, cancelled or resumed run must remember.
  failed_step TEXT,
  -- The state that the failed step started from: a retry puts the run back there.
  resume_state TEXT,
  failure_class TEXT,
  escalated_at TEXT,
  -- A cancellation is a flag that the run takes up at its next boundary; `cancel_kind` says how it is to end.
  cancel_requested_at TEXT,
  cancel_kind TEXT CHECK (cancel_kind IN ('cancel', 'abandon', 'undo')),
  cancel_reason TEXT,
  paused_at TEXT,
  -- What an operator gave along with a retry, as JSON; the workflow's body says what it means.
  corrected_input TEXT,
  -- How often the reconciler has resumed the run by itself.
  resumptions INTEGER NOT NULL DEFAULT 0,
  -- The workflow's params as JSON.
  params TEXT NOT NULL DEFAULT '{}',
  -- The key under which it was begun, once.
  begin_key TEXT,
  -- The run that began this one, by `run.child`; its continuation has the same.
  parent_run_id TEXT REFERENCES runs (id),
  -- What a run's slot is shared by, and whose line it stands in: the value of the param that the contract names, as
  -- JSON; '' for the whole account; NULL where nothing limits it, or no longer: a run that only ends stands in nobody's
  -- way.
  concurrency_key TEXT,
  -- Its number in the line: the lowest goes first. NULL where it is not in one. From 1, and for each priority in a range
  -- of its own (record/runs.py). A number says who is first where two clocks differ.
  queue_number INTEGER,
  queued_at TEXT,
  -- Whether its kind gives its slot up while a person has to bring it on, and since when it has: it writes nothing then,
  -- and stands in line before it goes on.
  gives_up_slot INTEGER NOT NULL DEFAULT 0,
  slot_given_up_at TEXT,
  -- Of a kind with a rate: under which key it began, when it did so last, and how often without a whole period in between,
  -- since a retry begins it once more. What began in a period is counted by these. NULL where it has not begun, or goes
  -- on in the slot of another run.
  rate_key TEXT,
  admitted_at TEXT,
  admissions INTEGER,
  -- When the engine refused to create the run's instance, and of which generation: until the reconciler has created that
  -- one, or something else happens to the run, it waits for the engine, and is shown so. NULL where it was never refused.
  creation_refused_at TEXT,
  creation_refused_generation INTEGER,
  -- An operator has given the run up although its body does not come to all that it did: it ends all the same, and says
  -- what stands.
  ends_as_it_stands INTEGER NOT NULL DEFAULT 0,
  -- The state in which it is undone once it has completed, where its contract says that it can be. Whatever is deployed
  -- later, it is undone by this.
  undoing TEXT,
  -- Whose it is: the person whose thing it is about, or who handed that in; else who began it by its kind's name, where
  -- they see their own alone. NULL: only those see it who see all of the account.
  person TEXT,
  -- The schedule whose tick began it, or the run that it goes on from. NULL where none did.
  schedule_id TEXT,
  -- That of the contract it began with: its steps and waits, in their order. Whoever deploys another body sees by it which
  -- runs began with this one.
  fingerprint TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX runs_by_account ON runs (account_id, id);
-- Most runs are complete: whoever asks for these is led by all of the account.
CREATE INDEX runs_by_status ON runs (account_id, status, id) WHERE status <> 'complete';
-- Only runs that still wait for their first step are in here, so the reconciler reads few rows whatever the table holds.
CREATE INDEX runs_unconfirmed ON runs (created_at) WHERE instance_confirmed_at IS NULL AND last_successful_step IS NULL;
-- Open work only, so that the reconciler reads few rows whatever the table holds.
CREATE INDEX runs_live ON runs (instance_confirmed_at) WHERE status IN ('processing', 'needs_review');
CREATE INDEX runs_with_deadline ON runs (deadline) WHERE deadline IS NOT NULL AND escalated_at IS NULL;
CREATE INDEX runs_live_versions ON runs (kind, contract_version) WHERE status IN ('processing', 'needs_review', 'failed');
-- What is begun under a key is begun once.
CREATE UNIQUE INDEX runs_begun ON runs (account_id, kind, begin_key) WHERE begin_key IS NOT NULL;
CREATE INDEX runs_by_parent ON runs (parent_run_id) WHERE parent_run_id IS NOT NULL;
CREATE INDEX runs_by_previous ON runs (previous_run_id) WHERE previous_run_id IS NOT NULL;
-- Children that go on, so that the reconciler reads few rows whatever the table holds.
CREATE INDEX runs_live_children ON runs (parent_run_id)
  WHERE parent_run_id IS NOT NULL AND cancel_requested_at IS NULL AND status IN ('processing', 'needs_review');
-- What GET /api/runs finds runs by, each with the id that pages go on behind.
CREATE INDEX runs_by_kind ON runs (account_id, kind, id);
CREATE INDEX runs_by_subject ON runs (account_id, subject, id);
CREATE INDEX runs_by_person ON runs (account_id, person, id) WHERE person IS NOT NULL;
CREATE INDEX runs_by_state ON runs (account_id, state, id);
CREATE INDEX runs_by_failure ON runs (account_id, failure_class, id) WHERE failure_class IS NOT NULL;
-- Where a time begins among the ids, which are made in its order.
CREATE INDEX runs_by_time ON runs (account_id, created_at, id);
-- At most so many runs of a kind go on at once, in an account or for a value of its params; the others wait in line.
CREATE INDEX runs_in_line ON runs (kind, account_id, concurrency_key, queue_number) WHERE queue_number IS NOT NULL;
CREATE INDEX runs_in_slots ON runs (kind, account_id, concurrency_key)
  WHERE concurrency_key IS NOT NULL AND queue_number IS NULL AND slot_given_up_at IS NULL
    AND status IN ('processing', 'needs_review');
-- What a schedule began in an account and goes on: nothing may overlap it, where the schedule says so.
CREATE INDEX runs_live_of_schedule ON runs (account_id, schedule_id)
  WHERE schedule_id IS NOT NULL AND status IN ('processing', 'needs_review');
-- What began lately of a kind that says how many may in a period; none of another kind is in here.
CREATE INDEX runs_in_rate ON runs (kind, account_id, rate_key, admitted_at, admissions)
  WHERE rate_key IS NOT NULL;
-- A person is set up by one run at a time.
CREATE UNIQUE INDEX onboarding_one_live ON runs (account_id, subject)
  WHERE kind = 'onboarding' AND status IN ('processing', 'needs_review', 'failed');
-- Claims whose mail is being sent: each minute looks whether it was.
CREATE INDEX runs_mailing ON runs (updated_at) WHERE kind = 'claim' AND state = 'mailing';
-- Runs that an operator has to see to are found as one list: failed ones, but for those that were undone; those that
-- ended otherwise while a rollback failed; and those that stand still, to which a person was called. The words are those of
-- tillroll_durable/selection.py.
CREATE INDEX runs_to_see_to ON runs (account_id, id)
  WHERE status = 'failed' AND (resume_state IS NOT NULL OR escalated_at IS NOT NULL
    OR failure_class IS NULL AND next_safe_action <> 'none')
    OR failure_class = 'rollback_failed' AND escalated_at IS NOT NULL
    OR escalated_at IS NOT NULL AND (status = 'processing'
      OR status <> 'failed' AND error_class = 'Escalated');

-- What a run is found by beside its kind and subject: its contract's `attributes`. The index has the id that pages go on
-- behind.
CREATE TABLE run_attributes (
  run_id TEXT NOT NULL REFERENCES runs (id),
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  account_id TEXT NOT NULL,
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX runs_by_attribute ON run_attributes (account_id, name, value, run_id);

-- The ids that other systems have for what a run did there: it is found by each. The key leads, with the id that pages
-- go on behind.
CREATE TABLE run_external_ids (
  account_id TEXT NOT NULL,
  external_id TEXT NOT NULL,
  run_id TEXT NOT NULL REFERENCES runs (id),
  PRIMARY KEY (account_id, external_id, run_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_external_ids_by_run ON run_external_ids (run_id);

CREATE TABLE run_steps (
  run_id TEXT NOT NULL REFERENCES runs (id),
  step TEXT NOT NULL,
  -- NULL where it is the step's own, {run_id}:{step}.
  idempotency_key TEXT,
  outcome TEXT NOT NULL CHECK (outcome IN ('retrying', 'completed', 'failed')),
  generation INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  output TEXT,
  reason TEXT,
  error_class TEXT,
  error_summary TEXT,
  -- When the attempt began that completed the step; NULL where it was the first, whose `started_at` is.
  attempt_started_at TEXT,
  -- What the step was given, as JSON: bounded, without what its contract withholds. NULL where it is given nothing.
  input TEXT,
  -- 128 bits of the SHA-256 of all of it, with the run's id: whether a step is given the same again.
  input_digest TEXT,
  -- Whether its contract could undo it when it was completed. Whatever is deployed later, it is to be undone by this.
  has_rollback INTEGER NOT NULL DEFAULT 0,
  -- Its place among the run's steps: the run's state_version that it led to, or was on its way to when it was first noted.
  at_version INTEGER NOT NULL,
  -- The id that another system has for what the step did there.
  external_id TEXT,
  PRIMARY KEY (run_id, step)
) STRICT, WITHOUT ROWID;

-- Each failed attempt of a step with its times, for the timeline of a run; `run_steps` has the latest only.
-- An attempt that died and was begun again has the same number, so its beginning tells the two apart.
CREATE TABLE step_attempts (
  run_id TEXT NOT NULL REFERENCES runs (id),
  step TEXT NOT NULL,
  generation INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT NOT NULL,
  reason TEXT,
  error_class TEXT NOT NULL,
  error_summary TEXT NOT NULL,
  next_retry_at TEXT,
  PRIMARY KEY (run_id, step, generation, attempt, started_at)
) STRICT, WITHOUT ROWID;

-- How far a step under way was when it last said so, and from where its next attempt can go on. Outside of the step's
-- commit; nothing is decided by it.
CREATE TABLE step_beats (
  run_id TEXT NOT NULL REFERENCES runs (id),
  step TEXT NOT NULL,
  generation INTEGER NOT NULL,
  -- The digest of what the step was given: with other inputs, nothing goes on from here.
  given TEXT NOT NULL,
  done INTEGER,
  total INTEGER,
  -- JSON of the author's.
  cursor TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (run_id, step)
) STRICT, WITHOUT ROWID;

-- Attempts of a step that began, in a row, and of which the record knows no end: the process may have died over each.
-- Written where the instance before may have died. `times` begins at 1 again where the step has come further: `cursor` is
-- that of its last beat.
CREATE TABLE unended_attempts (
  run_id TEXT NOT NULL REFERENCES runs (id),
  step TEXT NOT NULL,
  generation INTEGER NOT NULL,
  times INTEGER NOT NULL,
  cursor TEXT,
  PRIMARY KEY (run_id, step)
) STRICT, WITHOUT ROWID;

-- Written before an effect on somebody else's system, settled after it. One without an outcome means: ask before
-- sending again.
CREATE TABLE effect_intents (
  idempotency_key TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id),
  step TEXT NOT NULL,
  effect TEXT NOT NULL CHECK (effect IN ('external', 'irreversible')),
  request_digest TEXT NOT NULL,
  outcome TEXT CHECK (outcome IN ('done', 'refused')),
  external_id TEXT,
  created_at TEXT NOT NULL,
  settled_at TEXT,
  -- A message that cannot be asked for is sent again where nobody knows whether it was: whether an intent is one
  -- (when_unknown), and how often it may have been sent.
  when_unknown TEXT NOT NULL DEFAULT 'ask',
  sends INTEGER NOT NULL DEFAULT 1,
  -- When it was last written down that it is about to be done; NULL where that is `created_at`.
  sent_at TEXT,
  -- As that of `run_steps`, for an effect that may have happened although its step is not completed.
  has_rollback INTEGER NOT NULL DEFAULT 0,
  -- Where its host was when it was sent last, such as https://payments.example; NULL where its call names no host.
  origin TEXT
) STRICT;
-- A run finds those of which nobody knows among its effects: an outcome comes second. What must not be repeated is read
-- from here, and kept nowhere else, so that it is right at every moment, and costs an effect the same however many a run has.
CREATE INDEX effect_intents_by_run ON effect_intents (run_id, outcome);

-- One wait of a run for a timer, a signal, a child's end, or a child's undoing. `name` is the timer's, the signal's, or
-- the child run's id.
CREATE TABLE run_waits (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id),
  kind TEXT NOT NULL CHECK (kind IN ('timer', 'signal', 'child', 'undo')),
  name TEXT NOT NULL,
  number INTEGER NOT NULL,
  -- The event that wakes the run: its type changes with every look, since a consumed event can be delivered again.
  -- Empty for a timer, which the engine wakes.
  event_type TEXT,
  until TEXT,
  -- The run that ends the wait for a child: the child, or what it continues as by now.
  awaits TEXT,
  began_at TEXT NOT NULL,
  ended_at TEXT,
  outcome TEXT CHECK (outcome IN ('over', 'received', 'timed_out', 'joined', 'ended')),
  UNIQUE (run_id, kind, name, number)
) STRICT;
-- Open waits only, so that the reconciler reads few rows whatever the table holds.
CREATE INDEX run_waits_open ON run_waits (until) WHERE ended_at IS NULL;
CREATE INDEX run_waits_open_by_run ON run_waits (run_id) WHERE ended_at IS NULL;

-- A signal that somebody sent to a run: the row is the truth, the event only announces it.
CREATE TABLE signals (
  run_id TEXT NOT NULL REFERENCES runs (id),
  name TEXT NOT NULL,
  key TEXT NOT NULL,
  payload TEXT NOT NULL,
  actor TEXT NOT NULL,
  received_at TEXT NOT NULL,
  taken_up_at TEXT,
  PRIMARY KEY (run_id, name, key)
) STRICT;
CREATE INDEX signals_untaken ON signals (run_id, name) WHERE taken_up_at IS NULL;

-- A question to a person, which a run waits for.
CREATE TABLE reviews (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id),
  number INTEGER NOT NULL,
  reason TEXT NOT NULL,
  proposed TEXT NOT NULL,
  -- The event that wakes the run: its type changes with every wait, since a consumed event can be delivered again.
  event_type TEXT NOT NULL,
  deadline TEXT NOT NULL,
  escalated_at TEXT,
  requested_at TEXT NOT NULL,
  taken_up_at TEXT,
  reminded_at TEXT,
  UNIQUE (run_id, number)
) STRICT;
CREATE INDEX reviews_open ON reviews (requested_at) WHERE taken_up_at IS NULL;

-- A person's decision: the row is the truth, the event only announces it.
CREATE TABLE review_decisions (
  review_id TEXT PRIMARY KEY REFERENCES reviews (id),
  decision TEXT NOT NULL CHECK (decision IN ('approve', 'reject')),
  corrections TEXT NOT NULL,
  comment TEXT,
  actor TEXT NOT NULL,
  decided_at TEXT NOT NULL
) STRICT;

-- Runs that are begun by time.
CREATE TABLE schedules (
  id TEXT PRIMARY KEY,
  -- NULL: each account gets a run.
  account_id TEXT REFERENCES accounts (id),
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  -- Five fields, in the time zone of that IANA name.
  cron TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  -- JSON, by the model that the kind declares.
  params TEXT NOT NULL,
  -- What becomes of ticks that were missed.
  catch_up TEXT NOT NULL CHECK (catch_up IN ('each', 'latest', 'skip')),
  -- What becomes of a tick while a run goes on that it began before.
  overlap TEXT NOT NULL DEFAULT 'allow' CHECK (overlap IN ('allow', 'skip', 'queue-one', 'cancel-older')),
  -- UTC: the tick that comes, or is due. It is moved on in the batch that tells what became of it.
  next_tick TEXT NOT NULL,
  -- Of all accounts: the last one that the tick which is due was done for.
  behind_account TEXT NOT NULL DEFAULT '',
  -- How often the tick that is due could not be done, for a fault of ours.
  failures INTEGER NOT NULL DEFAULT 0,
  paused_at TEXT,
  -- Who keeps it: the id of a user, and the account they kept it from. 'code' and NULL: its kind's code declares it.
  -- A name and NULL: a person keeps it in the first database, which this one follows.
  created_by TEXT NOT NULL,
  created_in TEXT REFERENCES accounts (id),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  removed_at TEXT,
  -- Of all accounts: when a person made it due. Other databases do the same once.
  hastened_at TEXT
) STRICT;
CREATE INDEX schedules_due ON schedules (next_tick) WHERE paused_at IS NULL AND removed_at IS NULL;
CREATE INDEX schedules_of_account ON schedules (account_id, id) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX schedules_named ON schedules (COALESCE(account_id, ''), name)
WHERE removed_at IS NULL AND created_in IS NOT NULL;
CREATE INDEX schedules_declared ON schedules (id) WHERE created_in IS NULL;

-- What became of a tick, for an account. The run that it began is the one under the key.
CREATE TABLE schedule_ticks (
  schedule_id TEXT NOT NULL REFERENCES schedules (id),
  account_id TEXT NOT NULL REFERENCES accounts (id),
  begin_key TEXT NOT NULL,
  tick TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('begun', 'refused', 'skipped', 'queued')),
  -- Of what was missed: all from `tick` on, up to this one, which was not; NULL otherwise.
  until TEXT,
  -- Why nothing was begun, or not yet, for a person; NULL where a run was.
  reason TEXT,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (schedule_id, account_id, begin_key)
) STRICT;
CREATE INDEX schedule_ticks_newest ON schedule_ticks (schedule_id, account_id, recorded_at);
-- One alone stands in line, of those that must not overlap.
CREATE UNIQUE INDEX schedule_ticks_in_line ON schedule_ticks (schedule_id, account_id) WHERE outcome = 'queued';

-- Where bounded scans of the reconciler go on in the next tick.
CREATE TABLE reconciler_cursors (
  name TEXT PRIMARY KEY,
  position TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
-- The id of the last audit event that is in the metrics' counts. The counts and the position are written in one batch, which
-- fails where somebody else has advanced it: no event is counted twice.
INSERT INTO reconciler_cursors (name, position, updated_at) VALUES ('observed events', '0', '2026-01-01T00:00:00.000Z');
-- The same for events that people are told of.
INSERT INTO reconciler_cursors (name, position, updated_at) VALUES ('told events', '0', '2026-01-01T00:00:00.000Z');

-- A job of the cron: its last turn, and when the next is due. One that failed stays due. While nothing else changes, a row
-- is written each five minutes.
CREATE TABLE jobs (
  name TEXT PRIMARY KEY,
  period_seconds INTEGER NOT NULL,
  due_at TEXT NOT NULL,
  began_at TEXT,
  -- The last turn that did not fail.
  ended_at TEXT,
  -- more: rows were left to the next turn, since its share of the queries was used.
  outcome TEXT CHECK (outcome IN ('done', 'more', 'failed')),
  -- Statements that its turns of that tick asked for.
  statements INTEGER NOT NULL,
  error TEXT,
  -- Each turn since has left rows.
  behind_since TEXT
) STRICT;

-- What the reconciler could not mend, and when it looks at it again: nobody waits behind it meanwhile.
-- `part` is what the reconciler was about to do, `subject` the id of the row that it was about.
CREATE TABLE reconciler_setbacks (
  part TEXT NOT NULL,
  subject TEXT NOT NULL,
  -- How often in a row it did not go.
  failures INTEGER NOT NULL,
  until TEXT NOT NULL,
  error TEXT NOT NULL,
  PRIMARY KEY (part, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX reconciler_setbacks_by_time ON reconciler_setbacks (until);

-- Objects that nothing refers to. They stay in the object store, and are deleted only after thirty days in here.
CREATE TABLE object_quarantine (
  object_key TEXT PRIMARY KEY,
  -- The object as it was seen: one that was uploaded anew since is another, with thirty days of its own.
  uploaded_at TEXT NOT NULL,
  etag TEXT NOT NULL,
  since TEXT NOT NULL,
  -- restored: a person wants it kept. deleting: its time is over; its deletion is under way.
  state TEXT NOT NULL CHECK (state IN ('quarantined', 'restored', 'deleting'))
) STRICT, WITHOUT ROWID;

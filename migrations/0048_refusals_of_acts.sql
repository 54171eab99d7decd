-- Why an act left an expense as it is.

CREATE TABLE bulk_act_refusals (
  act_id TEXT NOT NULL REFERENCES bulk_acts (id),
  expense_id TEXT NOT NULL REFERENCES expenses (id),
  reason TEXT NOT NULL,
  PRIMARY KEY (act_id, expense_id)
) STRICT, WITHOUT ROWID;

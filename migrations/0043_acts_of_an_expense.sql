-- An expense's history has the acts on many expenses that changed it.
CREATE INDEX bulk_act_changes_by_expense ON bulk_act_changes (expense_id, act_id);

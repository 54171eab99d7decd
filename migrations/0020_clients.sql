-- What follows from clients and projects for the expenses that select them by their ids.

CREATE INDEX expenses_by_client ON expenses (client_id) WHERE client_id IS NOT NULL;
CREATE INDEX expenses_by_project ON expenses (project_id) WHERE project_id IS NOT NULL;

-- An expense says the names that its client and project have now.
CREATE TRIGGER clients_renamed AFTER UPDATE OF name ON clients WHEN NEW.name IS NOT OLD.name
BEGIN UPDATE expenses SET client = NEW.name WHERE client_id = NEW.id; END;
CREATE TRIGGER projects_renamed AFTER UPDATE OF name ON projects WHEN NEW.name IS NOT OLD.name
BEGIN UPDATE expenses SET project = NEW.name WHERE project_id = NEW.id; END;

-- A rule gives a project by its name: the expense gets that project, and its client where it has none. A name that no
-- project of the expense's client has is taken back.
CREATE TRIGGER expenses_project_named AFTER UPDATE OF project ON expenses
WHEN NEW.project IS NOT OLD.project AND NEW.project_id IS OLD.project_id
  AND NEW.project IS NOT (SELECT name FROM projects WHERE id = NEW.project_id)
BEGIN
  UPDATE expenses SET project_id = (
    SELECT id FROM projects WHERE account_id = NEW.account_id AND name = NEW.project
      AND (NEW.client_id IS NULL OR client_id = NEW.client_id) ORDER BY closed_at IS NOT NULL, id LIMIT 1)
  WHERE id = NEW.id;
  UPDATE expenses SET
    project = (SELECT name FROM projects WHERE id = expenses.project_id),
    client_id = COALESCE(client_id, (SELECT client_id FROM projects WHERE id = expenses.project_id)),
    client = COALESCE(client, (
      SELECT c.name FROM projects p JOIN clients c ON c.id = p.client_id WHERE p.id = expenses.project_id))
  WHERE id = NEW.id;
END;

-- What selects a client that was merged meanwhile gets the one that stands in its place.
CREATE TRIGGER expenses_of_merged_clients AFTER UPDATE OF client_id ON expenses
WHEN EXISTS (SELECT 1 FROM clients WHERE id = NEW.client_id AND merged_into IS NOT NULL)
BEGIN
  UPDATE expenses SET client_id = (SELECT merged_into FROM clients WHERE id = NEW.client_id),
    client = (SELECT c.name FROM clients o JOIN clients c ON c.id = o.merged_into WHERE o.id = NEW.client_id)
  WHERE id = NEW.id;
END;
CREATE TRIGGER new_expenses_of_merged_clients AFTER INSERT ON expenses
WHEN EXISTS (SELECT 1 FROM clients WHERE id = NEW.client_id AND merged_into IS NOT NULL)
BEGIN
  UPDATE expenses SET client_id = (SELECT merged_into FROM clients WHERE id = NEW.client_id),
    client = (SELECT c.name FROM clients o JOIN clients c ON c.id = o.merged_into WHERE o.id = NEW.client_id)
  WHERE id = NEW.id;
END;

-- Whom expenses are billed to, and what for. Expenses select a client and a project by their ids.

CREATE TABLE clients (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  -- The name as it is compared.
  word TEXT NOT NULL,
  street TEXT,
  postal_code TEXT,
  city TEXT,
  country TEXT,
  vat_id TEXT,
  registration_id TEXT,
  -- Where claims are sent.
  mail TEXT,
  language TEXT,
  currency TEXT,
  terms_days INTEGER,
  -- The client's own, which public buyers ask for.
  reference TEXT,
  -- The CRM that it comes from, and its company, contact or deal there; NULL for one that a person added.
  source TEXT,
  external_id TEXT,
  opened_at TEXT NOT NULL,
  -- Since when it is offered no more; the client that stands in its place.
  archived_at TEXT,
  merged_into TEXT REFERENCES clients (id),
  UNIQUE (account_id, source, external_id),
  CHECK ((source IS NULL) = (external_id IS NULL)),
  CHECK (merged_into IS NULL OR archived_at IS NOT NULL)
) STRICT;
CREATE INDEX clients_by_account ON clients (account_id, id);
CREATE INDEX clients_by_word ON clients (account_id, word);
CREATE INDEX clients_by_merge ON clients (merged_into) WHERE merged_into IS NOT NULL;

-- A project of a client: a person's, or one deal that was won.
CREATE TABLE projects (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  client_id TEXT NOT NULL REFERENCES clients (id),
  source TEXT,
  external_id TEXT,
  name TEXT NOT NULL,
  -- What the deal is worth, in minor units; NULL where nobody says.
  amount INTEGER,
  currency TEXT,
  opened_at TEXT NOT NULL,
  -- Since when it is archived, or its deal is won no more.
  closed_at TEXT,
  UNIQUE (account_id, source, external_id),
  CHECK ((source IS NULL) = (external_id IS NULL)),
  CHECK ((amount IS NULL) = (currency IS NULL))
) STRICT;
CREATE INDEX projects_by_account ON projects (account_id, id);
CREATE INDEX projects_by_client ON projects (client_id);
CREATE INDEX projects_by_name ON projects (account_id, name);

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

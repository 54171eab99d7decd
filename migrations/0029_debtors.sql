-- A client's personal account in DATEV: five digits, of which 10000 to 69999 are those of debtors. NULL where an account has
-- used them all up, and where an account was being moved while this was applied.
ALTER TABLE clients ADD COLUMN debtor_account INTEGER CHECK (debtor_account BETWEEN 10000 AND 69999);

-- Clients that exist get one in the order in which they were added. What is being moved refuses writes.
UPDATE clients SET debtor_account = 9999 + numbered.place
FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY id) AS place FROM clients) AS numbered
WHERE numbered.id = clients.id AND numbered.place <= 60000
  AND NOT EXISTS (SELECT 1 FROM moved_accounts WHERE account_id = clients.account_id AND stands <> 'here');

CREATE UNIQUE INDEX clients_by_debtor ON clients (account_id, debtor_account);

-- A client that is added without one gets the number behind the highest, so none is given twice. Behind the last number, the
-- lowest free one is taken.
CREATE TRIGGER clients_debtor AFTER INSERT ON clients WHEN NEW.debtor_account IS NULL
BEGIN
  UPDATE clients SET debtor_account = COALESCE(
    (SELECT NULLIF(debtor_account, 69999) + 1 FROM clients
     WHERE account_id = NEW.account_id AND debtor_account IS NOT NULL ORDER BY debtor_account DESC LIMIT 1),
    (SELECT 10000 WHERE NOT EXISTS (
       SELECT 1 FROM clients WHERE account_id = NEW.account_id AND debtor_account = 10000)),
    (SELECT used.debtor_account + 1 FROM clients AS used
     WHERE used.account_id = NEW.account_id AND used.debtor_account < 69999 AND NOT EXISTS (
       SELECT 1 FROM clients WHERE account_id = NEW.account_id AND debtor_account = used.debtor_account + 1)
     ORDER BY used.debtor_account LIMIT 1))
  WHERE id = NEW.id;
END;

-- A policy or a rule on who approves names its category. Where that is renamed, they are about it still; else nothing would be
-- held, and nobody would hear of it.
CREATE TRIGGER categories_rename_in_policies AFTER UPDATE OF name ON categories
WHEN NEW.name IS NOT OLD.name
BEGIN
  UPDATE approval_policies SET category = NEW.name
  WHERE account_id = NEW.account_id AND category = OLD.name;
  UPDATE approval_chains SET category = NEW.name
  WHERE account_id = NEW.account_id AND category = OLD.name;
END;

-- A category that came by being typed in for an expense goes when that expense gets another and nothing else has it,
-- such as a slip ("Bew"). One that was added in the settings, or has an account, stays: so does one of a starter set.
-- What the triggers made has an id of hexadecimal digits alone.
CREATE TRIGGER expenses_leave_category AFTER UPDATE OF category ON expenses
WHEN OLD.category IS NOT NULL AND NEW.category IS NOT OLD.category
BEGIN
  DELETE FROM category_names WHERE category_id = (
    SELECT c.id FROM categories c
    WHERE c.account_id = OLD.account_id AND c.name = OLD.category AND c.state = 'active' AND c.starter IS NULL
      AND c.ledger_code IS NULL AND c.tax_code IS NULL AND c.id NOT GLOB 'cat_*[^0-9A-F]*'
      AND NOT EXISTS (SELECT 1 FROM expenses e WHERE e.account_id = OLD.account_id AND e.category = OLD.category)
      AND NOT EXISTS (
        SELECT 1 FROM expense_parts p JOIN expenses e ON e.id = p.expense_id
        WHERE p.category = OLD.category AND e.account_id = OLD.account_id)
      AND (SELECT COUNT(*) FROM category_names n WHERE n.category_id = c.id) = 1);
  DELETE FROM categories WHERE account_id = OLD.account_id AND name = OLD.category AND state = 'active'
    AND starter IS NULL AND id NOT GLOB 'cat_*[^0-9A-F]*'
    AND NOT EXISTS (SELECT 1 FROM category_names n WHERE n.category_id = categories.id);
END;

/** The menu that columns of the table are chosen from. */

import { Menu } from "../../parts/menu.tsx";
import { chosenColumns, COLUMNS, showColumn } from "./columns.ts";
import { t } from "../../words.ts";

export function ColumnsMenu() {
  const chosen = chosenColumns();
  return (
    <span class="only-desk">
      <Menu label="Columns" text={t`Columns`}>
        {() =>
          COLUMNS.filter(({ isAlways }) => !isAlways).map(({ name, label }) => (
            <label key={name} class="check">
              <input
                type="checkbox"
                checked={chosen.includes(name)}
                onChange={(event: Event) =>
                  showColumn(name, (event.target as HTMLInputElement).checked)
                }
              />
              {label}
            </label>
          ))
        }
      </Menu>
    </span>
  );
}

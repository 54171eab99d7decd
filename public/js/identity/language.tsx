/** Settings: the language of the page in this browser. */

import { Field } from "../parts/fields.tsx";
import { chosenLanguage, speak, t } from "../words.ts";

const NAMES = [
  ["", t`As the browser`],
  ["en", t`English`],
  ["de", t`Deutsch`],
];

export function Language() {
  return (
    <section class="card" aria-labelledby="language-title">
      <h2 id="language-title">Language</h2>
      <Field
        label="Language of this page"
        hint="It holds in this browser, and for mail to you. Amounts and days follow it."
      >
        {(given: Record<string, unknown>) => (
          <select
            {...given}
            value={chosenLanguage() ?? ""}
            onChange={(event: Event) =>
              speak((event.currentTarget as HTMLSelectElement).value || null)
            }
          >
            {NAMES.map(([code, name]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
    </section>
  );
}

// @ts-check
/** Two people, or two tabs, on one review: whoever comes second sees both versions, and what was typed is not lost. */

import { useState } from "preact/hooks";

import { FIELD_LABELS } from "../../../labels.js";
import { draftOf, dropDraft } from "../../../state/drafts.js";
import { understood, written } from "./value-form.js";
import { html } from "../../../words.js";

/** @import { FieldName, Run } from "../../../api.js" */

/** Nothing where nothing was typed that differs from what is recorded. @param {{ run: Run }} props */
export function DecidedElsewhere({ run }) {
  const [draft, setDraft] = useState(() => /** @type {Partial<Record<FieldName, string>> | undefined} */ (draftOf(`review:${run.id}`)?.values));
  if (!draft) return null;
  const differing = /** @type {[FieldName, string][]} */ (Object.entries(draft)).filter(([name, text]) => {
    if (text === written(name, run.extraction?.[name]?.value ?? "")) return false;
    const { value } = understood(name, text, run.expense?.currency ?? "");
    return (value ?? text) !== (run.expense?.[name] ?? "");
  });
  if (differing.length === 0) return null;
  const drop = () => {
    dropDraft(`review:${run.id}`);
    setDraft(undefined);
  };
  return html`
    <section class="card review" aria-labelledby="elsewhere-title">
      <h2 id="elsewhere-title">Decided elsewhere meanwhile</h2>
      <p>Another tab, or another person, was first. What you typed was not sent:</p>
      <table class="figures">
        <thead>
          <tr><th scope="col">Value</th><th scope="col">Recorded</th><th scope="col">You typed</th></tr>
        </thead>
        <tbody>
          ${differing.map(
            ([name, text]) => html`
              <tr key=${name}>
                <th scope="row">${FIELD_LABELS[name]}</th>
                <td>${written(name, run.expense?.[name] ?? "") || "–"}</td>
                <td>${text || "–"}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
      <div class="document-actions">
        <button type="button" class="button" onClick=${drop}>Keep what is recorded</button>
        ${run.expense && html`<a class="button" href=${`/expenses/${run.expense.id}`}>Open the expense</a>`}
      </div>
    </section>
  `;
}

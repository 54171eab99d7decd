/**
 * Two people, or two tabs, on one review: whoever comes second sees both versions, and what was
 * typed is not lost.
 */

import { useState } from "preact/hooks";

import { FIELD_LABELS } from "../../../labels.ts";
import { draftOf, dropDraft } from "../../../state/drafts.ts";
import { understood, written } from "./value-form.tsx";
import type { FieldName, Run } from "../../../api.ts";

/** Nothing where nothing was typed that differs from what is recorded. */
export function DecidedElsewhere({ run }: { run: Run }) {
  const [draft, setDraft] = useState(
    () => draftOf(`review:${run.id}`)?.values as Partial<Record<FieldName, string>> | undefined,
  );
  if (!draft) return null;
  const differing = (Object.entries(draft) as [FieldName, string][]).filter(([name, text]) => {
    if (text === written(name, run.extraction?.[name]?.value ?? "")) return false;
    const { value } = understood(name, text, run.expense?.currency ?? "");
    return (value ?? text) !== (run.expense?.[name] ?? "");
  });
  if (differing.length === 0) return null;
  const drop = () => {
    dropDraft(`review:${run.id}`);
    setDraft(undefined);
  };
  return (
    <section class="card review" aria-labelledby="elsewhere-title">
      <h2 id="elsewhere-title">Decided elsewhere meanwhile</h2>
      <p>Another tab, or another person, was first. What you typed was not sent:</p>
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">Value</th>
            <th scope="col">Recorded</th>
            <th scope="col">You typed</th>
          </tr>
        </thead>
        <tbody>
          {differing.map(([name, text]) => (
            <tr key={name}>
              <th scope="row">{FIELD_LABELS[name]}</th>
              <td>{written(name, run.expense?.[name] ?? "") || "–"}</td>
              <td>{text || "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div class="document-actions">
        <button type="button" class="button" onClick={drop}>
          Keep what is recorded
        </button>
      </div>
    </section>
  );
}

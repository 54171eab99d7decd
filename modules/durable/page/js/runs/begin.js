// @ts-check
/** A run is begun: of which kind, and with what. */

import { useMemo, useState } from "preact/hooks";

import { onceOnly, post } from "../api/client.js";
import { nameOfRun } from "../kinds.js";
import { Dialog } from "../parts/dialog.js";
import { SelectField } from "../parts/fields.js";
import { go } from "../shell/address.js";
import { refusalOf } from "../state/refusal.js";
import { showIfOver } from "../state/report.js";
import { fieldsOf, fieldText, readFields } from "../values/schema.js";
import { SchemaFields } from "../parts/schema-fields.js";
import { html } from "../words.js";

/** @import { Kind } from "../api.js" */

/** @param {{ kinds: Kind[], onClose: () => void }} props those that whoever is signed in may begin */
export function Begin({ kinds, onClose }) {
  const [kind, setKind] = useState(kinds[0]?.kind ?? "");
  const fields = useMemo(() => fieldsOf(kinds.find((each) => each.kind === kind)?.trigger?.params ?? {}), [kind]);
  // By kind: what was filled in for one is no value of another's.
  const [filled, fill] = useState(/** @type {Record<string, Record<string, string>>} */ ({}));
  const texts = filled[kind] ?? Object.fromEntries(fields.map((field) => [field.name, fieldText(field, field.initial)]));
  const [problems, setProblems] = useState(/** @type {Record<string, string>} */ ({}));
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const [isBusy, setBusy] = useState(false);

  async function begin() {
    const { params, problems: unread } = readFields(fields, texts);
    setProblems(unread);
    if (Object.keys(unread).length > 0) return;
    setBusy(true);
    setProblem(null);
    try {
      const { id } = await post("/api/workflows/{kind}/trigger", params, { path: { kind }, headers: onceOnly() });
      onClose();
      go(`/runs/${id}`);
    } catch (error) {
      setBusy(false);
      if (showIfOver(error)) return;
      const refused = refusalOf(error, fields.map(({ name }) => name));
      setProblems(refused.problems);
      setProblem(refused.problem);
    }
  }

  const options = kinds.map((each) => ({ value: each.kind, label: nameOfRun(each) }));
  const onKind = (/** @type {string} */ value) => (setKind(value), setProblems({}), setProblem(null));
  const onTexts = (/** @type {Record<string, string>} */ given) => fill({ ...filled, [kind]: given });
  return html`
    <${Dialog} title="Begin a run" action="Begin it" ...${{ isBusy, problem, onClose, onAction: begin }}>
      <${SelectField} label="Kind" value=${kind} options=${options} onValue=${onKind} />
      <${SchemaFields} key=${kind} ...${{ fields, texts, problems, onTexts }} />
      ${fields.length === 0 && html`<p class="quiet">It is begun with nothing but its kind.</p>`}
    <//>
  `;
}

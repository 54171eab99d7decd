// @ts-check
/** What a run waits for, and until when; and the signals that it can be sent. */

import { useMemo, useState } from "preact/hooks";

import { get, post } from "../../api/client.js";
import { moment } from "../../format.js";
import { nameOfRun } from "../../kinds.js";
import { Dialog } from "../../parts/dialog.js";
import { refusalOf } from "../../state/refusal.js";
import { showIfOver } from "../../state/report.js";
import { useRequest } from "../../state/request.js";
import { may } from "../../state/session.js";
import { fieldsOf, fieldText, readFields } from "../../values/schema.js";
import { SchemaFields } from "../../parts/schema-fields.js";
import { html, t } from "../../words.js";
import { waitLabel } from "./operations/plain-words.js";

/** @import { Run } from "../../api.js" */

/** @typedef {{ name: string, payload: Record<string, unknown> }} Declared a signal, and the schema of what comes with it */

/** Nothing where it waits for nothing, and can be sent nothing. @param {{ run: Run, onDone: (text: string) => void }} props */
export function Waits({ run, onDone }) {
  const wait = waitOf(run);
  const signals = useSignals(run);
  const [asked, ask] = useState(/** @type {Declared | null} */ (null));
  if (!wait && signals.length === 0) return null;
  return html`
    <section class="card waits" aria-labelledby="waits-title">
      <h2 id="waits-title">${wait ? t`It waits` : t`Signals`}</h2>
      ${wait &&
      html`
        <dl class="facts">
          <div>
            <dt>${wait.name}</dt>
            <dd>${wait.until ? html`until <time datetime=${wait.until}>${moment(wait.until)}</time> at the latest` : t`without an end of its own`}</dd>
          </div>
        </dl>
      `}
      ${signals.length > 0 &&
      html`
        <div class="explanation-actions">
          ${signals.map(
            (declared) => html`
              <button type="button" key=${declared.name} class="button small" onClick=${() => ask(declared)}>
                Send “${nameOfRun({ kind: declared.name })}” …
              </button>
            `,
          )}
        </div>
      `}
      ${asked && html`<${Send} ...${{ run, declared: asked, onClose: () => ask(null), onDone }} />`}
    </section>
  `;
}

/**
 * What it waits for, beside an operator and who resumes it, of whom it tells elsewhere.
 *
 * @param {Pick<Run, "kind" | "status" | "review" | "waitsFor">} run
 * @returns {{ name: string, until: string | null } | null}
 */
function waitOf({ kind, status, review, waitsFor }) {
  if (status === "needs_review" && review && !review.decision) return { name: t`Wait for a person`, until: review.deadline };
  if (!waitsFor) return null;
  const names = { timer: t`Sleep: “${waitsFor.name}”`, signal: waitLabel(kind, waitsFor.name), child: t`Wait for another run` };
  return { name: names[/** @type {keyof typeof names} */ (waitsFor.kind)] ?? waitsFor.kind, until: waitsFor.until };
}

/** Those that whoever is signed in may send it now. @param {Run} run @returns {Declared[]} */
function useSignals({ kind, status, cancelRequested }) {
  const isOpen = may("operate") && (status === "processing" || status === "needs_review") && !cancelRequested;
  const { answer } = useRequest(async (signal) => (isOpen ? get("/api/workflows", { signal }) : null), [isOpen]);
  const found = isOpen ? answer?.items.find((each) => each.kind === kind) : null;
  if (!found) return [];
  return found.contract.signals.filter(({ name }) => !found.ownSignals.includes(name) && may(found.allowed.signals[name] ?? "operate"));
}

/** @param {{ run: Run, declared: Declared, onClose: () => void, onDone: (text: string) => void }} props */
function Send({ run, declared: { name, payload: schema }, onClose, onDone }) {
  const fields = useMemo(() => fieldsOf(schema), [name]);
  const [texts, setTexts] = useState(() => Object.fromEntries(fields.map((field) => [field.name, fieldText(field, field.initial)])));
  const [problems, setProblems] = useState(/** @type {Record<string, string>} */ ({}));
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const [isBusy, setBusy] = useState(false);
  // Sent again after a lost answer, it is the same signal.
  const key = useMemo(() => crypto.randomUUID(), [JSON.stringify(texts)]);

  async function send() {
    const { params: payload, problems: unread } = readFields(fields, texts);
    setProblems(unread);
    if (Object.keys(unread).length > 0) return;
    setBusy(true);
    setProblem(null);
    try {
      await post("/api/runs/{run_id}/signals/{name}", { key, payload }, { path: { run_id: run.id, name } });
      onClose();
      onDone(t`The signal is sent.`);
    } catch (error) {
      setBusy(false);
      if (showIfOver(error)) return;
      const refused = refusalOf(error, fields.map(({ name: each }) => each));
      setProblems(refused.problems);
      setProblem(refused.problem);
    }
  }

  const title = t`Send “${nameOfRun({ kind: name })}”`;
  return html`
    <${Dialog} title=${title} action="Send it" ...${{ isBusy, problem, onClose, onAction: send }}>
      <p>It is kept until the run waits for it, and counts once.</p>
      <${SchemaFields} ...${{ fields, texts, problems, onTexts: setTexts }} />
    <//>
  `;
}

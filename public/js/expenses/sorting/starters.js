// @ts-check
/** Categories to begin with: for whom, in which language, with whose account numbers. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { post } from "../../api/client.js";
import { notify } from "../../notifications/notices.js";
import { SelectField } from "../../parts/fields.js";
import { useAsking } from "./asking.js";

const SETS = [
  { value: "basic", label: "Either: a small set" },
  { value: "freelancer", label: "A freelancer" },
  { value: "company", label: "A small company" },
];
const LANGUAGES = [
  { value: "en", label: "English" },
  { value: "de", label: "Deutsch" },
];
const CHARTS = [
  { value: "none", label: "No account numbers" },
  { value: "skr03", label: "DATEV SKR 03" },
  { value: "skr04", label: "DATEV SKR 04" },
];

/** @param {{ onDone: () => void }} props */
export function Starters({ onDone }) {
  const isGerman = navigator.language.startsWith("de");
  const [set, chooseSet] = useState("freelancer");
  const [language, chooseLanguage] = useState(isGerman ? "de" : "en");
  const [chart, chooseChart] = useState(isGerman ? "skr03" : "none");
  const { isBusy, problem, ask } = useAsking();
  const use = (/** @type {Event} */ event) => {
    event.preventDefault();
    void ask(async () => {
      const asked = /** @type {any} */ ({ set, language, chart });
      const { added } = await post("/api/categories/starters", asked);
      notify(added === 1 ? "1 category was added." : `${added} categories were added.`, { kind: "success" });
      onDone();
    });
  };
  return html`
    <form class="fields-row" novalidate onSubmit=${use}>
      <${SelectField} label="Categories for" value=${set} onValue=${chooseSet} options=${SETS} problem=${problem} />
      <${SelectField} label="Named in" value=${language} onValue=${chooseLanguage} options=${LANGUAGES} />
      <${SelectField} label="Account numbers" value=${chart} onValue=${chooseChart} options=${CHARTS} />
      <button type="submit" class="button primary" disabled=${isBusy}>Use this set</button>
    </form>
  `;
}

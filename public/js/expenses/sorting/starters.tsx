/** Categories to begin with: for whom, in which language, with whose account numbers. */

import { useState } from "preact/hooks";

import { post } from "../../api/client.ts";
import { notify } from "../../notifications/notices.ts";
import { SelectField } from "../../parts/fields.tsx";
import { useAsking } from "./asking.ts";
import { language as spoken, t } from "../../words.ts";

const SETS = [
  { value: "basic", label: t`Either: a small set` },
  { value: "freelancer", label: t`A freelancer` },
  { value: "company", label: t`A small company` },
];
const LANGUAGES = [
  { value: "en", label: t`English` },
  { value: "de", label: t`Deutsch` },
];
const CHARTS = [
  { value: "none", label: t`No account numbers` },
  { value: "skr03", label: t`DATEV SKR 03` },
  { value: "skr04", label: t`DATEV SKR 04` },
];

export function Starters({ onDone }: { onDone: () => void }) {
  const isGerman = spoken === "de";
  const [set, chooseSet] = useState("freelancer");
  const [language, chooseLanguage] = useState(isGerman ? "de" : "en");
  const [chart, chooseChart] = useState(isGerman ? "skr03" : "none");
  const { isBusy, problem, ask } = useAsking();
  const use = (event: Event) => {
    event.preventDefault();
    void ask(async () => {
      const asked = { set, language, chart } as any;
      const { added } = await post("/api/categories/starters", asked);
      notify(added === 1 ? t`1 category was added.` : t`${added} categories were added.`, {
        kind: "success",
      });
      onDone();
    });
  };
  return (
    <form class="fields-row" novalidate onSubmit={use}>
      <SelectField
        label="Categories for"
        value={set}
        onValue={chooseSet}
        options={SETS}
        problem={problem}
      />
      <SelectField label="Named in" value={language} onValue={chooseLanguage} options={LANGUAGES} />
      <SelectField label="Account numbers" value={chart} onValue={chooseChart} options={CHARTS} />
      <button type="submit" class="button primary" disabled={isBusy}>
        Use this set
      </button>
    </form>
  );
}

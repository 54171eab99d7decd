/**
 * Settings: merchants, renamed and merged; and the category that was learnt for each, which can be
 * forgotten.
 */

import { useState } from "preact/hooks";

import { get, post } from "../../api/client.ts";
import { counted } from "../../format.ts";
import { notify } from "../../notifications/notices.ts";
import { TextField } from "../../parts/fields.tsx";
import { Day } from "../../parts/values.tsx";
import { Empty, View, Waiting } from "../../parts/view.tsx";
import { useRequest } from "../../state/request.ts";
import { may } from "../../state/session.ts";
import { ActResult } from "./acts.tsx";
import { useAsking } from "./asking.ts";
import { t } from "../../words.ts";
import type { ActSummary, Learned, Merchant } from "../../api/types.d.ts";

export default function Merchants() {
  const [words, setWords] = useState("");
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/merchants", { query: { q: words }, signal }),
    [words],
  );
  const [chosen, choose] = useState<string[]>([]);
  const [to, setTo] = useState("");
  const [act, setAct] = useState<ActSummary | null>(null);
  const asking = useAsking();
  const toggle = (name: string) => {
    const next = chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name];
    choose(next);
    setTo(next[0] ?? "");
  };
  const rename = (event: Event) => {
    event.preventDefault();
    void asking.ask(async () => {
      setAct(await post("/api/merchants/rename", { names: chosen, to }));
      choose([]);
      again();
    });
  };
  const action = chosen.length > 1 ? t`Merge ${chosen.length} merchants` : t`Rename the merchant`;
  return (
    <View title="Merchants">
      {act && <ActResult act={act} onDone={again} />}
      <TextField label="Find a merchant" value={words} onValue={setWords} maxLength={100} />
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {chosen.length > 0 && (
        <form class="card fields-row" novalidate onSubmit={rename}>
          <TextField
            label={chosen.length > 1 ? t`All of them are called` : t`It is called`}
            value={to}
            onValue={setTo}
            maxLength={200}
            problem={asking.fields.to ?? asking.fields.names ?? asking.problem}
            hint="The next receipt of any of these spellings reads this name. Approved expenses stay."
          />
          <button type="submit" class="button primary" disabled={asking.isBusy || !to.trim()}>
            {action}
          </button>
        </form>
      )}
      {answer?.items.length === 0 && (
        <Empty title="There is no such merchant">
          <p>Merchants come with expenses.</p>
        </Empty>
      )}
      {answer && answer.items.length > 0 && (
        <ul class="lines" aria-label="Merchants">
          {answer.items.map((each) => (
            <Merchant
              key={each.name}
              merchant={each}
              isChosen={chosen.includes(each.name)}
              onToggle={() => toggle(each.name)}
              onForgotten={again}
            />
          ))}
        </ul>
      )}
    </View>
  );
}

function Merchant({
  merchant: { name, expenses, until, learned, alike },
  isChosen,
  onToggle,
  onForgotten,
}: {
  merchant: Merchant;
  isChosen: boolean;
  onToggle: () => void;
  onForgotten: () => void;
}) {
  return (
    <li class="line">
      <label class="line-text">
        {may("sort") && <input type="checkbox" checked={isChosen} onChange={onToggle} />}
        <span class="line-title">{name}</span>
        <span class="line-note">{counted(expenses, "expense")}</span>
        <span class="line-day">
          last <Day day={until} />
        </span>
      </label>
      {alike.length > 0 && (
        <p class="form-problem" role="note">
          Another merchant’s name looks the same. Rename one, or choose both to merge them.
        </p>
      )}
      {learned && <LearnedCategory merchant={name} learned={learned} onForgotten={onForgotten} />}
    </li>
  );
}

function LearnedCategory({
  merchant,
  learned: { category, times, of },
  onForgotten,
}: {
  merchant: string;
  learned: Learned;
  onForgotten: () => void;
}) {
  const { isBusy, problem, ask } = useAsking();
  const forget = () =>
    ask(async () => {
      await post("/api/proposals/dismiss", { merchant, category });
      notify(t`Forgotten: ${merchant} is not ${category} by itself any more.`, { kind: "success" });
      onForgotten();
    });
  return (
    <span class="line-note learned">
      Next time: {category} ({times} of {of})
      {may("edit") && (
        <button
          type="button"
          class="link-button"
          disabled={isBusy}
          aria-label={t`Forget ${category} for ${merchant}`}
          onClick={forget}
        >
          Forget
        </button>
      )}
      {problem && (
        <span class="form-problem" role="alert">
          {problem}
        </span>
      )}
    </span>
  );
}

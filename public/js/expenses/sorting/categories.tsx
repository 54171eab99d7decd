/** Settings: the account's categories and rules, and what was done at once. */

import { useState } from "preact/hooks";

import { get } from "../../api/client.ts";
import { counted } from "../../format.ts";
import { View, Waiting } from "../../parts/view.tsx";
import { useRequest } from "../../state/request.ts";
import { may } from "../../state/session.ts";
import { Acts, ActResult } from "./acts.tsx";
import { CategoryDialog, NewCategory } from "./category-dialogs.tsx";
import { Rules } from "./rules.tsx";
import { Starters } from "./starters.tsx";
import { t } from "../../words.ts";
import type { ActSummary, Category } from "../../api/types.d.ts";

export default function Categories() {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/categories", { signal }),
    [],
  );
  const [chosen, choose] = useState<Category | null>(null);
  const [act, setAct] = useState<ActSummary | null>(null);
  const [times, setTimes] = useState(0);
  const mayEdit = may("sort");
  const renew = () => {
    again();
    setTimes((before) => before + 1);
  };
  return (
    <View title="Categories and rules">
      {act && <ActResult act={act} onDone={renew} />}
      <section class="card" aria-labelledby="categories-title">
        <h2 id="categories-title">Categories</h2>
        <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
        {answer && answer.categories.length === 0 && (
          <p class="quiet">There is none yet.{mayEdit && t` Begin with a set:`}</p>
        )}
        {mayEdit && answer && answer.categories.length < 5 && <Starters onDone={renew} />}
        {answer && answer.categories.length > 0 && (
          <ul class="lines">
            {answer.categories.map((each) => (
              <Category key={each.id} category={each} onEdit={() => choose(each)} />
            ))}
          </ul>
        )}
        {mayEdit && <NewCategory onDone={renew} />}
      </section>
      <Rules onAct={setAct} onDone={renew} />
      <Acts key={times} onDone={again} />
      {chosen && (
        <CategoryDialog
          category={chosen}
          others={
            answer?.categories.filter(({ id, state }) => id !== chosen.id && state === "active") ??
            []
          }
          onClose={() => choose(null)}
          onAct={setAct}
          onDone={renew}
        />
      )}
    </View>
  );
}

function Category({
  category: { name, ledgerCode, taxCode, accountIsAutomatic, state, used, alike },
  onEdit,
}: {
  category: Category;
  onEdit: () => void;
}) {
  const codes = [
    ledgerCode && t`account ${ledgerCode}`,
    taxCode && t`tax ${taxCode}`,
    accountIsAutomatic && t`automatic`,
  ]
    .filter(Boolean)
    .join(", ");
  const uses = counted(used, "expense");
  const note = [uses, codes, state === "archived" && t`archived`].filter(Boolean).join(" · ");
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">{name}</span>
        <span class="line-note">{note}</span>
        {may("sort") && (
          <span class="line-amount">
            <button
              type="button"
              class="button small"
              aria-label={t`Edit ${name}`}
              onClick={onEdit}
            >
              Edit…
            </button>
          </span>
        )}
      </div>
      {alike.length > 0 && (
        <p class="form-problem" role="note">
          Another category’s name looks the same. Rename one, or merge the two.
        </p>
      )}
    </li>
  );
}

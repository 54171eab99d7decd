/** What the account has used of what it may use. */

import { get } from "../api/client.ts";
import { fileSize, inDecimals } from "../format.ts";
import { Day } from "../parts/values.tsx";
import { Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { locale, t } from "../words.ts";
import type { QuotaUse } from "../api/types.d.ts";

const TITLES = {
  uploads: t`Documents this month`,
  storage: t`Storage`,
  ai_calls: t`AI calls this month`,
};
/** What happens once nothing is left. */
const REFUSED = {
  uploads: t`No more can be handed in until then.`,
  storage: t`There is no room for more documents.`,
  ai_calls: t`Receipts that need a model wait for a person until then.`,
};

const GB = 1_000_000_000;
/** Little is good; the colours change where most is used, and where nothing is left. */
const BANDS = (limit: number) => ({ optimum: 0, low: 0.8 * limit, high: 0.99 * limit });

export function Usage() {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/account/usage", { signal }),
    [],
  );
  return (
    <section class="card" aria-labelledby="usage-title">
      <h2 id="usage-title">Usage</h2>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {answer && (
        <ul class="lines">
          {answer.items.map((use) => (
            <One key={use.quota} use={use} />
          ))}
        </ul>
      )}
    </section>
  );
}

function inBytes(bytes: number) {
  return bytes < GB ? fileSize(bytes) : `${inDecimals(bytes / GB, 1)} GB`;
}

function One({ use }: { use: QuotaUse }) {
  const { quota, used, limit, resetsAt } = use;
  const written = (number: number) =>
    quota === "storage" ? inBytes(number) : number.toLocaleString(locale);
  const isFull = limit !== null && used >= limit;
  return (
    <li class="line use">
      <div class="line-text">
        <span class="line-title">{TITLES[quota]}</span>
        <span class="line-note">
          {written(used)}
          {limit === null ? t`, without a limit` : t` of ${written(limit)}`}
          {resetsAt && limit !== null && (
            <>
              {" "}
              · resets on <Day day={resetsAt.slice(0, 10)} />
            </>
          )}
        </span>
        {limit !== null && (
          <meter
            min="0"
            max={Math.max(limit, 1)}
            {...BANDS(limit)}
            value={used}
            aria-label={TITLES[quota]}
          />
        )}
      </div>
      {isFull && <p class="form-problem">{REFUSED[quota]}</p>}
    </li>
  );
}

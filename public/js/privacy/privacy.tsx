/** What is to be deleted for good, the account itself too, and how long what is kept. */

import { get, patch } from "../api/client.ts";
import { notify } from "../notifications/notices.ts";
import { Day } from "../parts/values.tsx";
import { View, Waiting } from "../parts/view.tsx";
import { report } from "../state/report.ts";
import { useRequest } from "../state/request.ts";
import { may, session } from "../state/session.ts";
import { DataExports } from "./data-exports.tsx";
import { Erasure, takeBack } from "./erasure.tsx";
import { KEPT } from "./kept.ts";
import { t } from "../words.ts";
import type { Erasure as Deletion } from "../api/types.d.ts";

const WHAT = { receipt: t`A receipt`, person: t`A person`, account: t`This account` };
const STATUS = {
  waiting: t`waits`,
  erasing: t`is being deleted`,
  erased: t`was deleted`,
  kept: t`was kept`,
};

export default function Privacy() {
  const { answer, problem, isLoading, again } = useRequest(
    async (signal) => (may("read") ? get("/api/erasures", { signal }) : null),
    [],
  );
  const account = session.value?.account;
  return (
    <View title="Privacy">
      <section class="card" aria-labelledby="photos-title">
        <h2 id="photos-title">Photos</h2>
        <p>
          What a photo's file tells of place, time, camera and owner is handed to nobody else: not
          here, not in exports, not by links.
        </p>
        {may("administer") && <Originals />}
      </section>
      <section class="card" aria-labelledby="along-title">
        <h2 id="along-title">Take data along</h2>
        <DataExports />
      </section>
      <section class="card" aria-labelledby="deleted-title">
        <h2 id="deleted-title">To be deleted for good</h2>
        <p>
          A receipt is deleted from its expense, once that is void; a person from Settings, once
          they are removed.
        </p>
        <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
        {answer?.items.length === 0 && <p class="quiet">Nothing is to be deleted.</p>}
        {answer && answer.items.length > 0 && (
          <ul class="lines">
            {answer.items.map((each) => (
              <One key={each.id} erasure={each} onChange={again} />
            ))}
          </ul>
        )}
      </section>
      <section class="card" aria-labelledby="kept-title">
        <h2 id="kept-title">How long what is kept</h2>
        <ul class="lines is-wrapped">
          {KEPT.map(([what, howLong]) => (
            <li class="line" key={what}>
              <div class="line-text">
                <span class="line-title">{what}</span>
                <span class="line-note">{howLong}</span>
              </div>
            </li>
          ))}
        </ul>
      </section>
      {may("administer") && account && (
        <section class="card" aria-labelledby="account-title">
          <h2 id="account-title">Delete this account</h2>
          <p>
            Many countries ask businesses to keep receipts for six to ten years.{" "}
            <a href="/exports">Export</a> what you must keep first.
          </p>
          <Erasure what="account" target={account.id} named="this account" onChange={again}>
            <p>
              All documents, expenses, exports and people of {account.name} go. The audit and the
              ledger's facts stay, without names.
            </p>
          </Erasure>
        </section>
      )}
    </View>
  );
}

/** Whether photos are stored as they came. */
function Originals() {
  const { answer, problem, isLoading, again, set } = useRequest(
    (signal) => get("/api/account", { signal }),
    [],
  );
  if (!answer) return <Waiting problem={problem} isLoading={isLoading} onAgain={again} />;
  const isBare = answer.originals === "bare";
  async function change() {
    try {
      set(await patch("/api/account", { originals: isBare ? "kept" : "bare" }));
      notify(
        isBare
          ? t`New photos are stored as they come.`
          : t`Photos are stored without these details within minutes.`,
        { kind: "success" },
      );
    } catch (error) {
      report(error);
    }
  }
  const says = isBare
    ? t`They are stored without these details too. What was removed cannot come back.`
    : t`They are stored as they came.`;
  return (
    <>
      <p>{says}</p>
      <p class="form-buttons">
        <button type="button" class="button" onClick={change}>
          {isBare ? t`Store new photos as they come` : t`Store photos without these details`}
        </button>
      </p>
    </>
  );
}

function One({ erasure, onChange }: { erasure: Deletion; onChange: () => void }) {
  const { what, status, dueAt, runId } = erasure;
  const mayKeep = { receipt: may("edit"), person: may("people"), account: may("administer") }[what];
  async function keep() {
    try {
      await takeBack(erasure);
      notify(t`It is kept.`, { kind: "success" });
      onChange();
    } catch (error) {
      report(error);
    }
  }
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">{WHAT[what]}</span>
        <span class="line-note">
          {STATUS[status]}
          {status === "waiting" && (
            <>
              {" "}
              until <Day day={dueAt.slice(0, 10)} />
            </>
          )}{" "}
          ·{" "}
          <a href={`/runs/${runId}`} aria-label={t`${WHAT[what]}: history`}>
            History
          </a>
        </span>
        {status === "waiting" && mayKeep && (
          <span class="line-actions">
            <button
              type="button"
              class="button small"
              aria-label={t`Keep it: ${WHAT[what]}`}
              onClick={keep}
            >
              Keep it
            </button>
          </span>
        )}
      </div>
    </li>
  );
}

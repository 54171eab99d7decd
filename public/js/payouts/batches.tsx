/** Batches of payouts: handed in as CSV, approved once, and what became of them in sum. */

import { useEffect, useRef, useState } from "preact/hooks";

import { get, post } from "../api/client.ts";
import { money } from "../format.ts";
import { notify } from "../notifications/notices.ts";
import { FileField, TextField } from "../parts/fields.tsx";
import { Moment } from "../parts/values.tsx";
import { Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { fromMinor } from "../values/amount.ts";
import { useAct } from "../parts/use-act.ts";
import { AskAnyway } from "./alike.tsx";
import { t } from "../words.ts";
import { Problem } from "../parts/problem.tsx";
import type { AlikePayout, PayoutBatch } from "../api/types.d.ts";

const LOOKS_AGAIN_MS = 10_000;

/** Batches that go on or have ended; nothing where there is none. */
export function Batches({ asOf }: { asOf: string }) {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/payout-batches", { query: { limit: 20 }, signal }),
    [asOf],
  );
  // A batch ends some time after the last of its payouts.
  const isGoing = answer?.items.some(({ status }) => status === "processing") ?? false;
  useEffect(() => {
    if (!isGoing || isLoading) return undefined;
    const timer = setTimeout(again, LOOKS_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [isGoing, isLoading]);
  if (!problem && !answer?.items.length) return null;
  return (
    <section class="card" aria-labelledby="batches-title">
      <h2 id="batches-title">Batches</h2>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      <ul class="lines" aria-label="Batches">
        {answer?.items.map((each) => (
          <Batch key={each.id} batch={each} asOf={asOf} />
        ))}
      </ul>
    </section>
  );
}

/** Many payouts by a CSV file. */
export function AskForBatch({ onAsked }: { onAsked: () => void }) {
  const [name, setName] = useState("");
  const [file, setFile] = useState<File | null>(null);
  const [alike, tellOf] = useState<AlikePayout[]>([]);
  // What was sent and is sent again is no other one: it would be told of itself.
  const sent = useRef("");
  const asking = useAct(async () => {
    if (!file) return;
    const asked = { name: name.trim(), csv: await file.text() };
    const text = JSON.stringify(asked);
    if (alike.length === 0 && sent.current !== text) {
      const { alike: found } = await post("/api/payout-batches/check", asked);
      if (found.length > 0) return tellOf(found);
    }
    sent.current = text;
    await post("/api/payout-batches", asked);
    sent.current = "";
    tellOf([]);
    setName("");
    notify(t`It was asked for.`, { kind: "success" });
    onAsked();
  });
  const isWhole = file && name.trim();
  return (
    <>
      <form
        novalidate
        aria-labelledby="batch-title"
        onSubmit={(event: Event) => {
          event.preventDefault();
          if (isWhole && !asking.isBusy) asking.act();
        }}
      >
        <h3 id="batch-title">Many at once</h3>
        <p class="quiet">
          Up to 50 payouts as a CSV file with the columns payee, currency, amount and reference.
        </p>
        <div class="fields-row">
          <TextField label="Name of the batch" value={name} onValue={setName} maxLength={100} />
          <FileField label="Payouts (CSV)" accept=".csv,text/csv" file={file} onFile={setFile} />
        </div>
        <Problem>{asking.problem}</Problem>
        <p class="form-buttons">
          <button type="submit" class="button" disabled={!isWhole || asking.isBusy}>
            Request payouts
          </button>
        </p>
      </form>
      {alike.length > 0 && (
        <AskAnyway
          alike={alike}
          isBusy={asking.isBusy}
          problem={asking.problem}
          onClose={() => tellOf([])}
          onAction={asking.act}
        />
      )}
    </>
  );
}

/** Its payouts go on also while its own state stays */
function Batch({
  batch: { id, name, payments, state, createdAt },
  asOf,
}: {
  batch: PayoutBatch;
  asOf: string;
}) {
  const { answer } = useRequest(
    (signal) => get("/api/payout-batches/{batch_id}", { path: { batch_id: id }, signal }),
    [id, state, asOf],
  );
  const sums =
    answer?.sums.map(
      ({ currency, outcome, count, amount }) =>
        `${count} ${outcome}: ${money(fromMinor(amount, currency), currency)}`,
    ) ?? [];
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">
          <a href={`/runs/${id}`}>{name}</a> ·{" "}
          {payments === 1 ? t`1 payout` : t`${payments} payouts`}
        </span>
        <span class="line-note">
          <Moment at={createdAt} /> · {state.replaceAll("_", " ")}
          {sums.map((said) => ` · ${said}`)}
        </span>
      </div>
    </li>
  );
}

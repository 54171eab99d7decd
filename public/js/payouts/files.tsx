/** Files for the bank: made of payouts that wait, fetched, and answered. */

import { useState } from "preact/hooks";

import { get, post } from "../api/client.ts";
import { ago, counted, date, money } from "../format.ts";
import { notify } from "../notifications/notices.ts";
import { Dialog } from "../parts/dialog.tsx";
import { FileField, SelectField } from "../parts/fields.tsx";
import { Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { fromMinor } from "../values/amount.ts";
import { useAct } from "../parts/use-act.ts";
import { t } from "../words.ts";
import type { BankAnswered, PaymentFile } from "../api/types.d.ts";

/** The only currency that a file for the bank carries. */
export const OF_FILES = "EUR";

const DID = [
  { value: "posted", label: t`It paid them` },
  { value: "failed", label: t`It refused them` },
];

/** `asOf` changes with the payouts, so that what waits is counted anew */
export function Files({ asOf, onChanged }: { asOf: string; onChanged: () => void }) {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/payment-files", { query: { limit: 20 }, signal }),
    [asOf],
  );
  const [told, tell] = useState<PaymentFile | null>(null);
  const [chosen, choosePaid] = useState<readonly string[]>([]);
  const making = useAct(async () => {
    await post("/api/payment-files", { alsoArchived: [...chosen] });
    choosePaid([]);
    again();
    onChanged();
  });
  const [report, setReport] = useState<File | null>(null);
  const answering = useAct(async () => {
    if (report) heard(await post("/api/payment-reports", { report: await report.text() }));
  });
  const held = answer?.held ?? [];
  const waits = (answer?.waiting ?? 0) + chosen.length;
  const pick = (id: string) =>
    choosePaid(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id]);
  return (
    <section class="card" aria-labelledby="files-title">
      <h2 id="files-title">Waiting for the bank</h2>
      <p class="quiet">
        Payments by file wait here until you make the file and give it to your bank. Then mark them
        as paid or rejected.
      </p>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {answer && (waits > 0 || answer.items.length === 0) && (
        <p>
          {waits === 0
            ? t`No payment waits for a file.`
            : waits === 1
              ? t`1 payment waits for a file.`
              : t`${waits} payments wait for a file.`}
        </p>
      )}
      {held.length > 0 && (
        <fieldset>
          <legend>The payee was archived since: left out, unless you choose it</legend>
          {held.map(({ payoutId, name, iban, amount, reference }) => (
            <label class="check" key={payoutId}>
              <input
                type="checkbox"
                checked={chosen.includes(payoutId)}
                disabled={!may("pay")}
                onChange={() => pick(payoutId)}
              />
              <span>
                Pay {money(fromMinor(amount, "EUR"), "EUR")} to {name}, {iban}, all the same:{" "}
                {reference}
              </span>
            </label>
          ))}
        </fieldset>
      )}
      <ul class="lines" aria-label="Files for the bank">
        {answer?.items.map((each) => (
          <Line key={each.id} file={each} onTell={() => tell(each)} />
        ))}
      </ul>
      {[making, answering].map(
        ({ problem: said }) =>
          said && (
            <p class="form-problem" role="alert">
              {said}
            </p>
          ),
      )}
      {may("pay") && (
        <>
          {waits > 0 && (
            <p class="form-buttons">
              <button
                type="button"
                class="button"
                disabled={making.isBusy}
                onClick={() => making.act()}
              >
                Make a file
              </button>
            </p>
          )}
          {answer && answer.items.length > 0 && (
            <form
              novalidate
              onSubmit={(event: Event) => {
                event.preventDefault();
                if (report && !answering.isBusy) answering.act();
              }}
            >
              <div class="fields-row">
                <FileField
                  label="The bank's answer (pain.002)"
                  accept=".xml,application/xml,text/xml"
                  file={report}
                  onFile={setReport}
                />
              </div>
              <p class="form-buttons">
                <button type="submit" class="button" disabled={!report || answering.isBusy}>
                  Read the answer
                </button>
              </p>
            </form>
          )}
        </>
      )}
      {told && (
        <Tell
          file={told}
          onClose={() => tell(null)}
          onTold={(said: BankAnswered) => {
            tell(null);
            heard(said);
          }}
        />
      )}
    </section>
  );

  function heard({ changed, contradicted, inDoubt }: BankAnswered) {
    const against = contradicted.length
      ? t` Of ${contradicted.length} something else was said before: look at them.`
      : "";
    const open = inDoubt.length
      ? t` Of ${inDoubt.length} the bank leaves open what it did: say so under History.`
      : "";
    notify(t`Payments changed: ${changed}.${against}${open}`, {
      kind: contradicted.length || inDoubt.length ? "problem" : "success",
    });
    again();
    onChanged();
  }
}

/** What a file is called here: at the bank it has a name for machines. */
const nameOf = ({ payments, amount }: PaymentFile) =>
  [counted(payments, "payment"), money(fromMinor(amount, "EUR"), "EUR")].join(" · ");

function Line({ file, onTell }: { file: PaymentFile; onTell: () => void }) {
  const { id, messageId, executionDay, open, posted, createdAt, recoveredAt } = file;
  const name = nameOf(file);
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title" title={messageId}>
          {name}
        </span>
        <span class="line-note">
          {recoveredAt
            ? t`Taken up again ${ago(createdAt)}, to be paid on ${date(executionDay)}`
            : t`Made ${ago(createdAt)}, to be paid on ${date(executionDay)}`}
          {" · "}
          {t`${posted} paid, ${open} open`}
        </span>
        {may("pay") && (
          <span class="line-actions">
            <a
              class="button small"
              href={`/api/payment-files/${id}/pain.001.xml`}
              download={`${id}.pain.001.xml`}
              aria-label={t`Download the file: ${name}`}
            >
              Download
            </a>
            {open > 0 && (
              <button
                type="button"
                class="button small"
                aria-label={t`Mark as paid or rejected: ${name}`}
                onClick={onTell}
              >
                Mark as paid or rejected
              </button>
            )}
          </span>
        )}
      </div>
    </li>
  );
}

function Tell({
  file,
  onClose,
  onTold,
}: {
  file: PaymentFile;
  onClose: () => void;
  onTold: (said: BankAnswered) => void;
}) {
  const { id, open } = file;
  const [status, setStatus] = useState("posted");
  const telling = useAct(async () => {
    const body = { status: status as "posted" | "failed" };
    onTold(await post("/api/payment-files/{file_id}/outcomes", body, { path: { file_id: id } }));
  });
  const asked = {
    title: t`What did the bank do?`,
    action: t`Save`,
    isDanger: status === "failed",
    isBusy: telling.isBusy,
  };
  return (
    <Dialog {...asked} problem={telling.problem} onClose={onClose} onAction={telling.act}>
      <p>
        {nameOf(file)}. Your answer holds for the open payments: {open}. It goes into the books, so
        look at the bank account's statement first.
      </p>
      <SelectField label="The bank" value={status} onValue={setStatus} options={DID} />
    </Dialog>
  );
}

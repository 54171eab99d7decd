/** Where the person who is signed in is paid: shown where it is known, asked for where it is not. */

import { get, put } from "../api/client.ts";
import { NewByForm } from "../parts/new.tsx";
import { Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { field } from "../values/schema.ts";
import { t } from "../words.ts";
import type { Body } from "../parts/form.tsx";

const FIELDS = [
  field("iban", t`IBAN`, { isNeeded: true, maxLength: 42 }),
  field("bic", t`BIC (optional)`, {
    maxLength: 11,
    hint: t`Needed outside of the European Economic Area only.`,
  }),
];

export function OwnAccount() {
  const { answer, problem, isLoading, set, again } = useRequest(
    (signal) => get("/api/own-bank-account", { signal }),
    [],
  );
  if (!answer) return <Waiting problem={problem} isLoading={isLoading} onAgain={again} />;
  const enter = async ({ iban, bic }: Body) =>
    set(await put("/api/own-bank-account", { iban, bic: bic || null }));
  return (
    <section class="card" aria-labelledby="own-account">
      <h2 id="own-account">Where you are paid</h2>
      {answer.iban ? (
        <>
          <p>{answer.iban}</p>
          <p class="quiet">To change it, have it archived first, by somebody who may pay.</p>
        </>
      ) : (
        <>
          <p>Nobody can pay you yet: your IBAN is missing.</p>
          <NewByForm
            label={t`New IBAN …`}
            isPrimary
            title="New IBAN"
            action="Save"
            fields={FIELDS}
            onSend={enter}
          />
        </>
      )}
    </section>
  );
}

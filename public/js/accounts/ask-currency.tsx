/** Asks for the base currency where the account has none: without one no report has a sum. */

import { get, patch } from "../api/client.ts";
import { notify } from "../notifications/notices.ts";
import { Form } from "../parts/form.tsx";
import { useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { field } from "../values/schema.ts";
import { t } from "../words.ts";
import type { Body } from "../parts/form.tsx";

/** Empty while the account has a base currency, and for people who may not choose one. */
export function AskCurrency({ onDone }: { onDone?: (() => void) | undefined }) {
  return may("administer") ? <Asking onDone={onDone} /> : null;
}

function Asking({ onDone }: { onDone?: (() => void) | undefined }) {
  const { answer, again } = useRequest((signal) => get("/api/account", { signal }), []);
  if (!answer || answer.baseCurrency) return null;
  return (
    <section class="card" aria-labelledby="ask-currency">
      <h2 id="ask-currency">In which currency do you keep your books?</h2>
      <p>Reports and the tax return add up in it. You can change it in Settings.</p>
      <CurrencyForm initial={answer.proposedCurrency ?? ""} onDone={onDone ?? again} />
    </section>
  );
}

/** `initial` is a code of ISO 4217, or empty */
export function CurrencyForm({ initial, onDone }: { initial: string; onDone: () => void }) {
  const fields = [
    field("baseCurrency", t`Base currency`, { isNeeded: true, initial, maxLength: 3 }),
  ];
  async function choose(body: Body) {
    const { baseCurrency } = await patch("/api/account", {
      baseCurrency: String(body.baseCurrency),
    });
    notify(t`Reports are in ${baseCurrency ?? ""} within minutes.`, { kind: "success" });
    onDone();
  }
  return <Form action={t`Save`} fields={fields} onSend={choose} />;
}

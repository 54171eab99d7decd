/** Billing: invoices and expense claims, with where each stands. */

import { useState } from "preact/hooks";

import { get } from "../api/client.ts";
import { counted, money } from "../format.ts";
import { SelectField } from "../parts/fields.tsx";
import { PagedList } from "../parts/list.tsx";
import { Day, Money } from "../parts/values.tsx";
import { Empty, View } from "../parts/view.tsx";
import { usePages } from "../state/request.ts";
import { isAlone, may } from "../state/session.ts";
import { asHeading, STATES } from "./states.ts";
import { t } from "../words.ts";
import type { ClaimSummary } from "../api/types.d.ts";
import type { ViewProps } from "../shell/view-props.ts";

const PAGE = 30;
const STANDING = [
  { value: "", label: t`Any status` },
  ...Object.entries(STATES).map(([value, label]) => ({ value, label: asHeading(label) })),
];

export default function Claims({ query }: ViewProps) {
  const [state, setState] = useState(query.get("state") ?? "");
  const only = (state || undefined) as ClaimSummary["state"] | undefined;
  const pages = usePages(
    (cursor, signal) => get("/api/claims", { query: { limit: PAGE, cursor, state: only }, signal }),
    [state],
  );
  const empty = state ? (
    <Empty icon="coins" title="Nothing has this status" />
  ) : (
    <Empty icon="coins" title="Nothing is billed yet">
      <p>
        {isAlone()
          ? t`Bill clients for approved, billable expenses. Or bill your own company for what you paid yourself.`
          : t`Bill clients for approved, billable expenses. Or bill your own company for what employees paid.`}
      </p>
    </Empty>
  );
  const row = (claim: ClaimSummary) => <ClaimLine key={claim.id} claim={claim} />;
  return (
    <View
      title="Billing"
      actions={
        may("book") && (
          <a class="button primary" href="/claims/new">
            New invoice
          </a>
        )
      }
    >
      <section class="claims-claimed" aria-labelledby="claims">
        <h2 id="claims" class="visually-hidden">
          All that was billed
        </h2>
        <SelectField label="Status" options={STANDING} value={state} onValue={setState} />
        <PagedList pages={pages} label="Billed" row={row} empty={empty} />
      </section>
    </View>
  );
}

function ClaimLine({ claim }: { claim: ClaimSummary }) {
  const { id, number, hasInvoice, payerName, state, currency, total, open, expenses, dueOn } =
    claim;
  const kind = hasInvoice ? t`Invoice` : t`Expense claim`;
  return (
    <li class="line">
      <a href={`/claims/${id}`}>
        <span class="line-title">{payerName}</span>
        <span class="line-note">
          {[
            number ?? t`${kind} without a number yet`,
            STATES[state],
            counted(expenses, "expense"),
          ].join(" · ")}
        </span>
        <span class="line-amount">
          <Money amount={total} currency={currency} />
          {open !== total && <small>{money(open, currency)} open</small>}
        </span>
        {dueOn && (
          <span class="line-day">
            due <Day day={dueOn} />
          </span>
        )}
      </a>
    </li>
  );
}

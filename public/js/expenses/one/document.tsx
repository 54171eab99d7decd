/** What an expense's document says beside its values, and where it comes from. */

import { lazy } from "../../parts/lazy.ts";
import { DocumentFacts } from "../../receipts/document/document-facts.tsx";
import { KnownAs } from "../../receipts/values/known-merchant.tsx";
import { isProbable, ProbableName } from "../../receipts/values/probable-name.tsx";
import { Details } from "../../runs/run/head.tsx";
import { Lineage } from "../../runs/run/lineage.tsx";
import { may } from "../../state/session.ts";
import { t } from "../../words.ts";
import type { Run } from "../../api.ts";
import type { ExpenseDetail } from "../../api/types.d.ts";
import type { Attention } from "../../parts/attention.ts";

// Seldom shown, and with a part of the page that is loaded later anyway.
const UndoPieces = lazy(() =>
  import("../../shell/views/settings.ts").then((module) => module.undoPieces.default),
);

export function OfDocument({
  expense,
  run,
  attention,
}: {
  expense: ExpenseDetail;
  run: Run;
  attention: Attention;
}) {
  const { extraction } = run;
  const isKnown = Boolean(extraction?.knownAs) && expense.merchant === extraction?.merchant?.value;
  const isOpen = expense.status === "ready" || expense.status === "in_review";
  const isAsked = isOpen && may("edit") && isProbable(expense, extraction);
  return (
    <>
      {(isKnown || isAsked) && (
        <section class="card" aria-label={t`Merchant`}>
          {isAsked && <ProbableName key={expense.id} expense={expense} />}
          {isKnown && <KnownAs extraction={extraction} />}
        </section>
      )}
      <DocumentFacts run={run} attention={attention} isInForm />
      <FromWhere run={run} />
    </>
  );
}

/** The documents that it was made of, or split into, and its file. */
export function FromWhere({ run }: { run: Run }) {
  return (
    <>
      <Lineage run={run}>
        <UndoPieces run={run} />
      </Lineage>
      <Details run={run} />
    </>
  );
}

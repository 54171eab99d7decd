/** The files of banks, and where they do not join. */

import { get } from "../api/client.ts";
import { counted } from "../format.ts";
import { PagedList } from "../parts/list.tsx";
import { Moment } from "../parts/values.tsx";
import { Empty, View, Waiting } from "../parts/view.tsx";
import { usePages, useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { Breaks } from "./breaks.tsx";
import { Imports, ImportZone } from "./import-zone.tsx";
import { stored } from "./imports.ts";
import { t } from "../words.ts";
import type { BankStatement } from "../api/types.d.ts";

const PAGE = 30;

export default function Statements() {
  const accounts = useRequest((signal) => get("/api/bank/accounts", { signal }), []);
  const breaks = useRequest((signal) => get("/api/bank/breaks", { signal }), [stored.value]);
  const pages = usePages(
    (cursor, signal) => get("/api/bank/statements", { query: { limit: PAGE, cursor }, signal }),
    [stored.value],
  );
  const known = accounts.answer?.items ?? [];
  const empty = (
    <Empty icon="bank" title="No statement was imported yet">
      <p>Drop the bank's files here: camt, MT940, OFX, QFX or CSV.</p>
    </Empty>
  );
  const row = (statement: BankStatement) => <Line key={statement.id} statement={statement} />;
  return (
    <View
      title="Bank statements"
      actions={
        <a class="button" href="/bank">
          Entries
        </a>
      }
    >
      {may("book") && <ImportZone accounts={known} chosen="" />}
      <Imports />
      <Waiting
        problem={breaks.problem ?? accounts.problem}
        isLoading={false}
        onAgain={() => {
          breaks.again();
          accounts.again();
        }}
      />
      <Breaks breaks={breaks.answer?.items ?? []} accounts={known} />
      <PagedList pages={pages} label="Statements" row={row} empty={empty} />
    </View>
  );
}

/** What a file came to, by its status. */
export const STATUSES: Record<string, string> = {
  processing: t`Being read`,
  needs_review: t`Needs you`,
  complete: t`Imported`,
  rejected: t`Not imported`,
  failed: t`Failed`,
  cancelled: t`Taken back`,
};

function Line({
  statement: { id, fileName, bankAccounts, createdAt, status, format, added, known, booked },
}: {
  statement: BankStatement;
}) {
  const counts = [
    counted(added, "new entry", "new entries"),
    known > 0 && t`${known} known already`,
    booked > 0 && t`${booked} pending before`,
  ];
  return (
    <li class="line">
      <a href={`/bank/statements/${id}`}>
        <span class="line-title">{fileName ?? t`File without a name`}</span>
        <span class="line-note">
          {[
            bankAccounts?.replaceAll(",", ", "),
            format?.toUpperCase().replace("_", "."),
            ...(status === "complete" ? counts : []),
          ]
            .filter(Boolean)
            .join(" · ")}
        </span>
        <span class="line-day">
          <Moment at={createdAt} />
        </span>
        <span class="pill" data-status={status}>
          {STATUSES[status] ?? status}
        </span>
      </a>
    </li>
  );
}

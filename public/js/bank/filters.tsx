/** Which entries are shown, and how many of them are left. */

import { get, post } from "../api/client.ts";
import { counted } from "../format.ts";
import { notify } from "../notifications/notices.ts";
import { SelectField } from "../parts/fields.tsx";
import { useAct } from "../parts/use-act.ts";
import { go } from "../shell/address.ts";
import { report } from "../state/report.ts";
import { useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { monthInWords } from "../values/month-names.ts";
import { daysOf, monthsBack } from "../values/period.ts";
import { addressOf, monthOf, STANDINGS } from "./asked.ts";
import { t } from "../words.ts";
import { Problem } from "../parts/problem.tsx";
import type { BankAccount } from "../api/types.d.ts";
import type { Asked } from "./asked.ts";
import type { Decisions } from "./decisions.ts";

type FiltersProps = {
  asked: Asked;
  accounts: BankAccount[];
  decisions: Pick<Decisions, "closed" | "certain">;
  onAccepted: () => void;
};

export function Filters({ asked, accounts, decisions, onAccepted }: FiltersProps) {
  const shown = accounts.filter(({ id, archivedAt }) => !archivedAt || id === asked.account);
  const month = monthOf(asked);
  const newest = accounts.reduce(
    (last, { lastDay }) => (lastDay && lastDay > last ? lastDay : last),
    new Date().toISOString().slice(0, 10),
  );
  const oldest = accounts.reduce(
    (first, { firstDay }) => (firstDay && firstDay < first ? firstDay : first),
    newest,
  );
  const months = monthsBack(newest, oldest);
  const change = (to: Partial<Asked>) => go(addressOf({ ...asked, ...to }), { replace: true });
  return (
    <div class="bank-filters">
      <SelectField
        label="Account"
        value={asked.account}
        options={[
          { value: "", label: t`All accounts` },
          ...shown.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onValue={(account: string) => change({ account })}
      />
      <SelectField
        label="Entries"
        value={asked.standing}
        options={STANDINGS}
        onValue={(standing: string) => change({ standing })}
      />
      <SelectField
        label="Month"
        value={month}
        options={[
          { value: "", label: t`Any month` },
          ...[...new Set([month, ...months])].filter(Boolean).map((each) => ({
            value: each,
            label: monthInWords(each),
            group: each.slice(0, "2026".length),
          })),
        ]}
        onValue={(to: string) => change(daysOf(to))}
      />
      <Progress asked={asked} accounts={accounts} decisions={decisions} onAccepted={onAccepted} />
    </div>
  );
}

/** How many entries wait for an explanation. The accounts tell it, but not for some days. */
function Progress({ asked: { account, from, to }, accounts, decisions, onAccepted }: FiltersProps) {
  const isOfDays = Boolean(from || to);
  const { answer, again } = useRequest(
    async (signal) =>
      isOfDays ? get("/api/bank/progress", { query: { account, from, to }, signal }) : null,
    [account, from, to],
  );
  const found = accounts.filter(({ id }) => !account || id === account);
  const all = isOfDays
    ? answer
    : {
        entries: sum(found.map(({ entries }) => entries)),
        open: sum(found.map(({ open }) => open)),
        certain: sum(found.map(({ certain }) => certain)),
      };
  if (!all) return <div class="bank-progress" />;
  const left = Math.max(0, all.open - decisions.closed);
  const certain = Math.max(0, all.certain - decisions.certain);
  const text =
    all.entries === 0
      ? t`No entries`
      : left === 0
        ? t`All ${all.entries} explained`
        : t`${left} of ${all.entries} left`;
  return (
    <div class="bank-progress">
      <span role="status">{text}</span>
      {all.entries > 0 && (
        <progress max={all.entries} value={all.entries - left} aria-label="Explained" />
      )}
      {certain > 0 && may("book") && (
        <AcceptCertain
          asked={{ account: account || null, from: from || null, to: to || null }}
          count={certain}
          onAccepted={() => {
            again();
            onAccepted();
          }}
        />
      )}
    </div>
  );
}

/** How long a notice offers to take them back. */
const UNDO_MS = 10_000;

const NO_MATCHES: string[] = [];

/** Take matches back, one after the other; what cannot be taken back stays and is named. */
async function takeAllBack(matches: string[], onDone: () => void) {
  let undone = 0;
  try {
    for (const id of matches) {
      await post(
        "/api/bank/matches/{match_id}/undoing",
        { reason: t`taken back on the page` },
        { path: { match_id: id } },
      );
      undone += 1;
    }
    notify(t`${counted(undone, "match", "matches")} taken back.`, { kind: "success" });
  } catch (error) {
    report(error);
  }
  onDone();
}

/** All that the evidence leaves no doubt of, at once. */
function AcceptCertain({
  asked,
  count,
  onAccepted,
}: {
  asked: { account: string | null; from: string | null; to: string | null };
  count: number;
  onAccepted: () => void;
}) {
  const { isBusy, problem, act } = useAct(async () => {
    let accepted = 0;
    let found = { accepted: 1, left: 1, matches: NO_MATCHES };
    const matches: string[] = [];
    while (found.accepted > 0 && found.left > 0) {
      found = await post("/api/bank/matches/certain", asked);
      accepted += found.accepted;
      matches.push(...found.matches);
    }
    const done = accepted === 1 ? t`1 entry matched.` : t`${accepted} entries matched.`;
    notify(found.left > 0 ? t`${done} Look at the others one by one.` : done, {
      kind: "success",
      action:
        matches.length > 0
          ? { label: t`Undo`, onAction: () => void takeAllBack(matches, onAccepted) }
          : null,
      patience: UNDO_MS,
    });
    onAccepted();
  });
  return (
    <>
      <button type="button" class="button small" disabled={isBusy} onClick={act}>
        {isBusy ? t`Accepting …` : t`Accept all certain (${count})`}
      </button>
      <Problem>{problem}</Problem>
    </>
  );
}

function sum(counts: number[]) {
  return counts.reduce((all, each) => all + each, 0);
}

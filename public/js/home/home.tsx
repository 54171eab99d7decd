/**
 * Home: what waits for whoever is signed in, this month beside the last, and what the month still
 * lacks.
 */

import { useState } from "preact/hooks";

import { AskCurrency } from "../accounts/ask-currency.tsx";
import { get } from "../api/client.ts";
import { isQueueRead, toApprove } from "../expenses/approval/to-approve.ts";
import { addressOf } from "../expenses/asked.ts";
import { lackInWords } from "../expenses/lacking.ts";
import { lazy } from "../parts/lazy.ts";
import { View, Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { useSeenAgain } from "../state/seen-again.ts";
import { may } from "../state/session.ts";
import { today } from "../values/day.ts";
import { t } from "../words.ts";
import { DocumentsOwed } from "./documents.tsx";
import { Guide, keepAlone, StillToDo } from "./guide.tsx";
import { CameraFirst, isOwnOnly, Mine } from "./mine.tsx";
import { Month } from "./month.tsx";
import { ClaimsOwed, Owed } from "./owed.tsx";
import type { Home as HomeAnswer } from "../api/types.d.ts";

// A new account sees it once.
const FirstRun = lazy(() =>
  import("../shell/views/settings.ts").then((module) => module.firstRun.FirstRun),
);

export default function Home() {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/home", { query: { on: today() }, signal }),
    [],
  );
  useSeenAgain(again);
  const [isBegun, setBegun] = useState(false);
  if (!answer)
    return (
      <View title="Home">
        <Waiting problem={problem} isLoading={isLoading} onAgain={again} />
      </View>
    );
  const { runs, duplicates, hasExpenses, months, missing, owed, claims, documents, tooLarge } =
    answer;
  const asksFirst = !hasExpenses && may("submit");
  return (
    <View title="Home">
      {isOwnOnly() && hasExpenses && <CameraFirst />}
      {asksFirst ? (
        <FirstRun onBegun={keepAlone} onRead={() => setBegun(true)}>
          <Guide />
        </FirstRun>
      ) : (
        <AskCurrency />
      )}
      <div class="home">
        <Tasks
          runs={runs}
          duplicates={duplicates}
          owesDocuments={documents.length > 0}
          isAllRead={!asksFirst || isBegun}
        />
        <DocumentsOwed documents={documents} />
        <Owed owed={owed} />
        {isOwnOnly() && hasExpenses && <Mine />}
        {claims && <ClaimsOwed claims={claims} />}
        {tooLarge.length > 0 && (
          <p
            class="card"
            role="status"
          >{t`Some sums are too large to be shown here. Reports of a shorter time or of one person have them.`}</p>
        )}
        {hasExpenses && (
          <>
            <StillToDo />
            {!tooLarge.includes("months") && <Month months={months} />}
            <Lacking rows={missing} />
          </>
        )}
      </div>
    </View>
  );
}

/** `duplicates` are pairs */
function Tasks({
  runs,
  duplicates,
  owesDocuments,
  isAllRead,
}: {
  runs: HomeAnswer["runs"];
  duplicates: number;
  /** they stand below by themselves */
  owesDocuments: boolean;
  /** what else could wait here has been answered */
  isAllRead: boolean;
}) {
  const toDecide = may("approve") ? toApprove() : "";
  const tasks = [
    {
      count: String(runs.needsReview || ""),
      title: runs.needsReview === 1 ? t`receipt to review` : t`receipts to review`,
      href: "/inbox/review",
    },
    {
      count: String(runs.sentBack || ""),
      title: t`sent back: answer and confirm`,
      href: "/expenses?status=in_review",
    },
    {
      count: toDecide,
      title: toDecide === "1" ? t`expense to approve` : t`expenses to approve`,
      href: "/approvals",
    },
    {
      count: String(duplicates || ""),
      title: duplicates === 1 ? t`possible duplicate to settle` : t`possible duplicates to settle`,
      href: "/duplicates",
    },
    {
      count: String(runs.failed || ""),
      title: runs.failed === 1 ? t`failed receipt` : t`failed receipts`,
      href: "/inbox/failed",
    },
  ].filter(({ count }) => count);
  const isNothing = tasks.length === 0 && !owesDocuments;
  const saysNothing = isNothing && isAllRead && isQueueRead();
  if (tasks.length === 0 && !saysNothing && runs.processing === 0) return null;
  return (
    <section class="card" aria-labelledby="home-tasks">
      <h2 id="home-tasks">Waits for you</h2>
      {saysNothing && <p class="quiet">Nothing waits for you.</p>}
      {tasks.length > 0 && (
        <ul class="home-tasks">
          {tasks.map(({ count, title, href }) => (
            <li key={href}>
              <a href={href}>
                <strong>{count}</strong> {title}
              </a>
            </li>
          ))}
        </ul>
      )}
      {runs.processing > 0 && <p class="quiet">Being read: {runs.processing}</p>}
    </section>
  );
}

function Lacking({ rows }: { rows: HomeAnswer["missing"] }) {
  const lacking = rows.filter(({ count }) => count > 0);
  return (
    <section class="card" aria-labelledby="home-lacking">
      <h2 id="home-lacking">Missing this month</h2>
      {lacking.length === 0 ? (
        <p class="quiet">No expense of this month lacks anything.</p>
      ) : (
        <ul class="home-tasks">
          {lacking.map(({ missing, count, filter }) => (
            <li key={missing}>
              <a href={addressOf(filter)}>{lackInWords(missing, count)}</a>
            </li>
          ))}
        </ul>
      )}
      {may("export") && (
        <p>
          <a href={`/months/${today().slice(0, "2026-03".length)}`}>What the month needs</a>
        </p>
      )}
    </section>
  );
}

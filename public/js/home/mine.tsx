/**
 * Home of who hands in and does not decide: the camera first, then what was sent back and why, what
 * waits and for whom, and where the money goes.
 */

import { get, post } from "../api/client.ts";
import { date as inWords, money } from "../format.ts";
import { Icon } from "../parts/icon.tsx";
import { Waiting } from "../parts/view.tsx";
import { chooseFiles, takePhoto } from "../receipts/intake.ts";
import { useRequest } from "../state/request.ts";
import { useSeenAgain } from "../state/seen-again.ts";
import { may, session } from "../state/session.ts";
import { t } from "../words.ts";
import type { ApprovalOutcome, ListedExpense } from "../api/types.d.ts";

const MOST = 20;

/** Whether Home is that of somebody whose expenses others decide on. */
export const isOwnOnly = () => may("submit") && !may("approve");

/** An expense that nobody has approved, with what is said of it */
type Open = { expense: ListedExpense; outcome: ApprovalOutcome | undefined };

async function openOnes(signal: AbortSignal): Promise<Open[]> {
  const person = [session.value?.user.id ?? ""];
  const query = { person, status: ["in_review", "ready"], limit: MOST };
  const { items } = await get("/api/expenses", { query, signal });
  if (items.length === 0) return [];
  const ids = items.map(({ id }) => id);
  const { items: outcomes } = await post("/api/approvals/check", { ids }, { signal });
  return items.map((expense) => ({
    expense,
    outcome: outcomes.find(({ id }) => id === expense.id),
  }));
}

/** What one does most with a phone. */
export function CameraFirst() {
  return (
    <p class="camera-first only-coarse">
      <button type="button" class="button primary" onClick={takePhoto}>
        <Icon name="camera" />
        Photograph a receipt
      </button>
      <button type="button" class="button" onClick={chooseFiles}>
        Choose files
      </button>
    </p>
  );
}

export function Mine() {
  const { answer, problem, isLoading, again } = useRequest(openOnes, []);
  useSeenAgain(again);
  const returned = answer?.filter(({ expense }) => expense.status === "in_review") ?? [];
  const waiting = answer?.filter(({ expense }) => expense.status === "ready") ?? [];
  return (
    <>
      {!answer && <Waiting problem={problem} isLoading={isLoading} onAgain={again} />}
      {returned.length > 0 && (
        <section class="card" aria-labelledby="home-returned">
          <h2 id="home-returned">Sent back to you</h2>
          <ul class="home-mine">
            {returned.map((each) => (
              <Line key={each.expense.id} expense={each.expense} says={whyReturned(each)} />
            ))}
          </ul>
        </section>
      )}
      {waiting.length > 0 && (
        <section class="card" aria-labelledby="home-waiting">
          <h2 id="home-waiting">Waits for others</h2>
          <ul class="home-mine">
            {waiting.map((each) => (
              <Line key={each.expense.id} expense={each.expense} says={whyWaiting(each)} />
            ))}
          </ul>
        </section>
      )}
      <WherePaid />
    </>
  );
}

/** Nothing once it is known: then "My money" has it. */
function WherePaid() {
  const { answer } = useRequest((signal) => get("/api/own-bank-account", { signal }), []);
  if (!answer || answer.iban) return null;
  return (
    <section class="card" aria-labelledby="home-iban">
      <h2 id="home-iban">Where you are paid</h2>
      <p>Nobody can pay you yet: your IBAN is missing.</p>
      <p>
        <a class="button primary" href="/my-money">
          Enter your IBAN
        </a>
      </p>
    </section>
  );
}

function Line({ expense, says }: { expense: ListedExpense; says: string }) {
  const { id, merchant, date, total, currency } = expense;
  return (
    <li>
      <a href={`/expenses/${id}`}>
        <span class="home-mine-title">{merchant}</span>
        <span class="home-mine-amount">{money(total, currency)}</span>
        <span class="quiet">
          {inWords(date)} · {says}
        </span>
      </a>
    </li>
  );
}

function whyReturned({ outcome }: Open) {
  const decided = outcome?.decided;
  if (!decided?.reason) return t`answer and confirm`;
  return decided.by ? t`${decided.by}: ${decided.reason}` : decided.reason;
}

/** A refusal of a policy comes first, since waiting does not help there. */
function whyWaiting({ outcome }: Open) {
  const hindering = outcome?.violations.find(({ hinders }) => hinders);
  if (hindering) return hindering.reason;
  const names = outcome?.chain?.waitsFor ?? [];
  return names.length > 0 ? t`waits for ${names.join(", ")}` : t`waits for approval`;
}

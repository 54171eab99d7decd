/**
 * Sign-ins of the account's people that were refused, for its owners: whose, by what, from where,
 * how often.
 */

import { get } from "../api/client.ts";
import { counted } from "../format.ts";
import { PagedList } from "../parts/list.tsx";
import { Moment } from "../parts/values.tsx";
import { usePages } from "../state/request.ts";
import { t } from "../words.ts";
import type { AccountPerson, RefusedSignIns } from "../api/types.d.ts";

const BY = { code: t`a link or code`, passkey: t`a passkey`, token: t`an access token` };
const PAGE = 10;

export function Refusals({ people }: { people: AccountPerson[] }) {
  const pages = usePages(
    (cursor, signal) => get("/api/sign-in-refusals", { query: { limit: PAGE, cursor }, signal }),
    [],
  );
  const nameOf = (id: string | null) =>
    people.find((person) => person.id === id)?.name ?? t`somebody`;
  const row = ({ hour, how, userId, network, refused, lastAt }: RefusedSignIns) => (
    <li class="line" key={`${hour} ${userId} ${how} ${network}`}>
      <div class="line-text">
        <span class="line-title">
          {nameOf(userId)}: {BY[how]}
        </span>
        <span class="line-note">
          {from(network)} · refused {counted(refused, "time")} within an hour
        </span>
        <span class="line-day">
          <Moment at={lastAt} />
        </span>
      </div>
    </li>
  );
  if (pages.items.length === 0 && !pages.problem) return null;
  return (
    <section class="card" aria-labelledby="refusals-title">
      <h2 id="refusals-title">Refused sign-ins</h2>
      <p class="quiet">
        Of the last thirty days. A link that was opened twice is one. If nobody knows where they
        come from, lock the person out and revoke their tokens.
      </p>
      <PagedList pages={pages} label="Refused sign-ins" row={row} empty={null} />
    </section>
  );
}

function from(network: string) {
  if (network === "unknown") return t`from an unknown address`;
  return network === "others" ? t`from further networks` : t`from ${network}`;
}

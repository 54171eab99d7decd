/** What waits in each company of the person, and one press that leads to it there. */

import { useState } from "preact/hooks";

import { get } from "../api/client.ts";
import { date } from "../format.ts";
import { PagedList } from "../parts/list.tsx";
import { View } from "../parts/view.tsx";
import { go } from "../shell/address.ts";
import { switchTo } from "../state/companies.ts";
import { usePages } from "../state/request.ts";
import { monthInWords } from "../values/month-names.ts";
import { t } from "../words.ts";
import { useBusy } from "../parts/use-busy.ts";
import type { CompaniesOverview, CompanyFigures } from "../api/types.d.ts";

/** A company is one query of the server's. */
const PAGE = 20;

/** What is said and where it leads; a `count` of null is not shown to the person there. */
type Task = { count: number | null; title: string; href: string };

export default function MyCompanies() {
  const [lacks, setLacks] = useState<CompaniesOverview["lacks"]>(null);
  const pages = usePages(async (cursor, signal) => {
    const page = await get("/api/companies/overview", { query: { limit: PAGE, cursor }, signal });
    setLacks(page.lacks);
    return page;
  }, []);
  return (
    <View title="Companies">
      {lacks === "link" && (
        <p>
          <a href="/sign-in">Other companies: sign in by a mailed link</a>
        </p>
      )}
      {lacks === "address" && (
        <p>
          <a href="/settings/notices">Other companies: confirm your mail address</a>
        </p>
      )}
      <PagedList
        pages={pages}
        label="Companies"
        empty={null}
        row={(company) => <CompanyLine key={company.id} company={company} />}
      />
    </View>
  );
}

function CompanyLine({ company }: { company: CompanyFigures }) {
  const [isBusy, whileBusy] = useBusy();
  const { id, name, isPresent, month, isClosed, exportedAt } = company;
  const open = async (address: string) => {
    if (isPresent) return go(address);
    return whileBusy(async () => {
      await switchTo({ id }, address);
    });
  };
  const tasks = tasksOf(company).filter(({ count }) => count);
  return (
    <li class="line">
      <div class="company">
        <h2>
          <button
            type="button"
            class="link-button"
            disabled={isBusy}
            onClick={() => void open("/home")}
          >
            {name}
          </button>
          {isPresent && <span class="pill">You are here</span>}
        </h2>
        {tasks.length === 0 ? (
          <p class="quiet">Nothing waits.</p>
        ) : (
          <ul class="company-tasks" aria-label={t`Waits in ${name}`}>
            {tasks.map(({ count, title, href }) => (
              <li key={title}>
                <button
                  type="button"
                  class="link-button"
                  disabled={isBusy}
                  onClick={() => void open(href)}
                >
                  <strong>{count}</strong> {title}
                </button>
              </li>
            ))}
          </ul>
        )}
        {isClosed !== null && (
          <p class="quiet">
            <button
              type="button"
              class="link-button"
              disabled={isBusy}
              onClick={() => void open(`/months/${month}`)}
            >
              {isClosed
                ? t`${monthInWords(month)} is closed`
                : t`${monthInWords(month)} is not closed`}
            </button>
            {" · "}
            {exportedAt
              ? t`Last export: ${date(exportedAt.slice(0, 10))}`
              : t`Nothing was exported yet`}
          </p>
        )}
      </div>
    </li>
  );
}

/** In the order in which people work. */
function tasksOf(company: CompanyFigures): Task[] {
  const { review, failed, sentBack, toApprove, mayApprove, unmatched, documents, late } = company;
  return [
    {
      count: review,
      title: review === 1 ? t`receipt to review` : t`receipts to review`,
      href: "/inbox/review",
    },
    {
      count: sentBack,
      title: sentBack === 1 ? t`expense sent back` : t`expenses sent back`,
      href: "/expenses?status=in_review",
    },
    {
      count: toApprove,
      title: toApprove === 1 ? t`expense not approved yet` : t`expenses not approved yet`,
      href: mayApprove ? "/approvals" : "/expenses?status=ready",
    },
    {
      count: unmatched,
      title:
        unmatched === 1 ? t`bank entry without a document` : t`bank entries without a document`,
      href: "/bank",
    },
    {
      count: documents,
      title:
        documents === 1 ? t`document asked for and missing` : t`documents asked for and missing`,
      href: unmatched === null ? "/home" : "/bank",
    },
    {
      count: late,
      title:
        late === 1
          ? t`expense came into a closed month, and is in no export`
          : t`expenses came into a closed month, and are in no export`,
      href: `/months/${company.month}`,
    },
    {
      count: failed,
      title: failed === 1 ? t`failed receipt` : t`failed receipts`,
      href: "/inbox/failed",
    },
  ];
}

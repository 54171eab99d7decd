/** The invoices, credit notes and payments behind a figure of what was charged. */

import { get } from "../api/client.ts";
import { money, rateInWords } from "../format.ts";
import { PagedList } from "../parts/list.tsx";
import { Day } from "../parts/values.tsx";
import { Empty, View, Waiting } from "../parts/view.tsx";
import { usePages } from "../state/request.ts";
import { addressOf, askedIn, queryOf, SALES } from "./words.ts";
import { t } from "../words.ts";
import type { ComponentChildren } from "preact";
import type { TaxSale } from "../api/types.d.ts";
import type { ViewProps } from "../shell/view-props.ts";

const PAGE = 100;

export default function BehindSold({ query }: ViewProps) {
  const asked = askedIn(query);
  const sent = queryOf(asked);
  const title = titleOf(query);
  const actions = (
    <a
      class="button"
      href={addressOf("/reports", {
        by: "tax",
        from: asked.from.slice(0, 7),
        to: asked.to.slice(0, 7),
        country: asked.country,
      })}
    >
      Tax report
    </a>
  );
  return (
    <View title={title} actions={actions}>
      {sent && (
        <p class="quiet">
          <Day day={sent.from} /> – <Day day={sent.to} />
        </p>
      )}
      <Sold
        query={query}
        label={title}
        empty={
          <Empty icon="check" title="Nothing is here">
            <p>No invoice of these days stands in this figure.</p>
          </Empty>
        }
      />
    </View>
  );
}

function titleOf(query: URLSearchParams) {
  const line = query.get("line");
  if (line) return t`Line ${line} of the return`;
  const treatment = query.get("sold") as TaxSale["treatment"] | null;
  if (!treatment) return t`Charged by invoices`;
  const rate = query.get("rate");
  return rate ? `${SALES[treatment]}, ${rateInWords(rate)}` : SALES[treatment];
}

/**
 * `query` is of the address: its `sold` and `rate` are a row, its `line` one of the return; with
 * `due` those that charge VAT.
 */
export function Sold({
  query,
  label,
  empty,
}: {
  query: URLSearchParams;
  label: string;
  empty: ComponentChildren;
}) {
  const sent = queryOf(askedIn(query));
  const narrowed = {
    treatment: (query.get("sold") ?? undefined) as TaxSale["treatment"] | undefined,
    rate: query.get("rate") ?? undefined,
    line: query.get("line") ?? undefined,
    due: query.has("due") || undefined,
  };
  const pages = usePages(
    async (cursor, signal) => {
      if (!sent) return { items: [], nextCursor: null };
      return get("/api/tax/sales", {
        query: { ...narrowed, ...sent, limit: PAGE, cursor },
        signal,
      });
    },
    [JSON.stringify({ ...narrowed, ...sent })],
  );
  if (!sent) {
    return (
      <Waiting problem="Choose days in the tax report." isLoading={false} onAgain={pages.again} />
    );
  }
  return (
    <PagedList
      pages={pages}
      label={label}
      empty={empty}
      head={
        <tr>
          <th scope="col">Invoice</th>
          <th scope="col">Day</th>
          <th scope="col">Net</th>
          <th scope="col">Tax</th>
          <th scope="col">Gross</th>
        </tr>
      }
      row={(sale: TaxSale) => (
        <tr
          key={`${sale.claimId} ${sale.number} ${sale.date} ${sale.treatment} ${sale.rate} ${sale.gross}`}
        >
          <th scope="row">
            <a href={`/claims/${sale.claimId}`}>{sale.number}</a>
            <small>{sale.client}</small>
          </th>
          <td data-label="Day">
            <Day day={sale.date} />
          </td>
          <td data-label="Net">{money(sale.net, sale.currency)}</td>
          <td data-label="Tax">{money(sale.tax, sale.currency)}</td>
          <td data-label="Gross">{money(sale.gross, sale.currency)}</td>
        </tr>
      )}
    />
  );
}

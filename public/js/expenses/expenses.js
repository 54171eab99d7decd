// @ts-check
/** Expenses: searched, filtered, sorted, added up, and chosen for what is done with several. */

import { useEffect, useMemo, useState } from "preact/hooks";

import { get } from "../api/client.js";
import { Empty, View } from "../parts/view.js";
import { place } from "../shell/router.js";
import { usePages } from "../state/request.js";
import { may } from "../state/session.js";
import { Proposals } from "./sorting/proposals.js";
import { addressOf, askedIn, partsOf } from "./asked.js";
import { Chosen } from "./bulk/chosen.js";
import { Filters } from "./filters.js";
import { FoundList } from "./found-list.js";
import { Totals } from "./totals.js";
import { KeptViews } from "./views.js";
import { html, t } from "../words.js";

/** @import { ViewProps } from "../shell/routes.js" */

const PAGE = 50;

/** @param {ViewProps} props */
export default function Expenses({ query }) {
  const text = query.toString();
  const asked = useMemo(() => askedIn(query), [text]);
  const [chosen, choose] = useState(/** @type {ReadonlySet<string>} */ (new Set()));
  const pages = usePages(
    (cursor, signal) => get("/api/expenses", { query: { ...asked, limit: PAGE, cursor }, signal }),
    [text],
  );
  const [isAll, chooseAll] = useState(false);
  // What was chosen of another filter is not of this one.
  useEffect(() => (choose(new Set()), chooseAll(false)), [text]);
  const isAsked = partsOf(asked).length > 0 || Boolean(asked.q);
  const none = () => (choose(new Set()), chooseAll(false));
  const done = () => (none(), pages.again());
  const onChoose = (/** @type {ReadonlySet<string>} */ now) => (choose(now), chooseAll(false));
  const actions = html`
    ${pages.items.length > 0 && may("export") && html`<a class="button" href=${addressOf({ ...asked, sort: "" }, "/exports")}>Export what is found…</a>`}
    ${may("submit") && html`<a class="button" href="/expenses/new">Add without a receipt …</a>`}
    <a class="button" href="/duplicates">Duplicates</a>
  `;
  return html`
    <${View} title=${place.value.route?.title ?? t`Expenses`} actions=${actions}>
      ${!may("read") && html`<p class="quiet">Only yours. What others hand in is shown to them, and to anyone who looks after the account.</p>`}
      <${Filters} asked=${asked} />
      <${KeptViews} asked=${asked} />
      <${Proposals} onDone=${pages.again} />
      <${Totals} asked=${asked} text=${text} />
      <${Chosen} ...${{ chosen, isAll, asked }} onNone=${none} onDone=${done} />
      <${FoundList} ...${{ pages, chosen, isAll, onChoose }} onAll=${() => chooseAll(true)} empty=${isAsked ? nothing : empty} />
    <//>
  `;
}

const empty = html`
  <${Empty} icon="coins" title="There are no expenses yet">
    <p>A receipt becomes an expense once it is read and nothing of it is in doubt.</p>
  <//>
`;

const nothing = html`
  <${Empty} icon="coins" title="Nothing is found">
    <p>No expense has all that is asked for. <a href=${addressOf({})}>Show all expenses</a></p>
  <//>
`;

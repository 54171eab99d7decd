// @ts-check
/** The ways from the settings to what expenses are sorted by and approved under. */

import { html } from "htm/preact";

import { may } from "../../state/session.js";

const LINKS = [
  { href: "/settings/categories", title: "Categories and rules", note: "What expenses are sorted by, and how", needs: ["read"] },
  { href: "/settings/policies", title: "Approval policies", note: "What is asked of an expense before it is approved", needs: ["read"] },
  { href: "/settings/webhooks", title: "Webhooks", note: "Your own systems that are told of events", needs: ["administer", "operate"] },
  { href: "/settings/merchants", title: "Merchants", note: "Renamed and merged" },
];

export function SortingLinks() {
  return html`
    <section class="card" aria-labelledby="sorting-title">
      <h2 id="sorting-title">Sorting, approval and webhooks</h2>
      <ul class="lines">
        ${LINKS.filter(({ needs }) => !needs || needs.some(may)).map(
          ({ href, title, note }) => html`
            <li class="line" key=${href}>
              <a href=${href}>
                <span class="line-title">${title}</span>
                <span class="line-note">${note}</span>
              </a>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}

// @ts-check
/** Who waits for whom: each approver with what waits for them; they can be reminded once a day. */

import { get, post } from "../../api/client.js";
import { notify } from "../../notifications/notices.js";
import { Day, Money } from "../../parts/values.js";
import { Empty, View, Waiting } from "../../parts/view.js";
import { useRequest } from "../../state/request.js";
import { html, t } from "../../words.js";
import { useAsking } from "../sorting/asking.js";

/** @import { WaitingFor } from "../../api/types.js" */

/** @type {Record<string, string>} */
const ROLES = { anyone: t`Anyone who can approve`, owner: t`An owner`, approver: t`An approver` };

export default function WaitingView() {
  const { answer, problem, isLoading, again } = useRequest((signal) => get("/api/approvals/waiting", { signal }), []);
  const asking = useAsking();
  /** @param {WaitingFor} each */
  const remind = ({ person, name }) =>
    asking.ask(async () => {
      const { wasSent } = await post("/api/approvals/remind", { person: person ?? "" });
      notify(wasSent ? t`${name} is reminded.` : t`${name} was reminded today already.`, { kind: "success" });
      again();
    });
  return html`
    <${View} title=${t`Who waits for whom`}>
      <${Waiting} problem=${problem ?? asking.problem} isLoading=${isLoading && !answer} onAgain=${again} />
      ${answer?.items.length === 0 && html`<${Empty} title=${t`Nothing waits for approval`} />`}
      ${answer && answer.items.length > 0 && html`
        <ul class="lines" aria-label=${t`Approvers`}>
          ${answer.items.map((each) => html`
            <li class="line" key=${`${each.person ?? each.role} ${each.isStuck}`}>
              <div class="line-text">
                <span class="line-title">${each.isStuck ? t`Nobody can approve these` : (ROLES[each.role ?? ""] ?? each.name)}</span>
                <span class="line-note">
                  ${each.count === 1 ? t`1 expense` : t`${each.count} expenses`}
                  ${" · "}since <${Day} day=${each.since.slice(0, 10)} />
                  ${each.people.length > 0 && ` · ${each.people.join(", ")}`}
                  ${each.substitutes.length > 0 && ` · ${t`substitute: ${each.substitutes.join(", ")}`}`}
                </span>
                <span class="line-amount line-buttons">
                  ${each.total && html`<${Money} amount=${each.total} currency=${each.currency ?? ""} />`}
                  ${each.person && html`
                    <button
                      type="button"
                      class="button small"
                      disabled=${asking.isBusy || each.reminded === new Date().toISOString().slice(0, 10)}
                      aria-label=${t`Remind ${each.name}`}
                      onClick=${() => remind(each)}
                    >
                      ${each.reminded === new Date().toISOString().slice(0, 10) ? t`Reminded today` : t`Remind`}
                    </button>
                  `}
                </span>
              </div>
            </li>
          `)}
        </ul>
      `}
    <//>
  `;
}

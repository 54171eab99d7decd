// @ts-check
/** Where a bank sends a person back to, who has agreed there or not. */

import { useEffect, useState } from "preact/hooks";

import { ApiError, post } from "../api/client.js";
import { notify } from "../notifications/notices.js";
import { Icon } from "../parts/icon.js";
import { View, Waiting } from "../parts/view.js";
import { go } from "../shell/address.js";
import { showIfOver } from "../state/report.js";
import { sentenceOf } from "../state/request.js";
import { answerIn } from "./source-words.js";
import { html, t } from "../words.js";

/** @import { ViewProps } from "../shell/routes.js" */

const REFUSED = "bank-consent-missing";
const USED_UP = "bank-consent-unknown";

/** @param {ViewProps} props */
export default function Connected({ query }) {
  // A code is used once, and stands in no history: the address loses it at once.
  const [answer] = useState(() => answerIn(query));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [isLoading, setLoading] = useState(answer !== null);
  async function finish() {
    if (!answer) return;
    setLoading(true);
    setError(null);
    try {
      const source = await post("/api/bank/source-consents", answer);
      const isDone = source.state === "connected";
      notify(isDone ? t`${source.bank} is connected: its entries come within minutes.` : (source.why ?? t`Say which account it is.`), { kind: isDone ? "success" : "problem" });
      go("/bank/sources", { replace: true });
    } catch (failed) {
      if (!showIfOver(failed)) setError(failed);
    } finally {
      setLoading(false);
    }
  }
  useEffect(() => {
    history.replaceState(null, "", location.pathname);
    void finish();
  }, []);
  const code = error instanceof ApiError ? error.code : null;
  return html`
    <${View} title="Back from the bank">
      ${isLoading && html`<${Waiting} problem=${null} isLoading=${true} onAgain=${finish} />`}
      ${!answer && html`<${Told} title="There is nothing to finish here" says="A bank sends you to this page once you have agreed there. It was opened without the bank's answer." />`}
      ${code === REFUSED && html`<${Told} title="Nobody has agreed" says=${t`${sentenceOf(error)} Nothing is fetched.`} />`}
      ${code === USED_UP && html`<${Told} title="This answer is used up" says="The bank's answer was used before, is older than an hour, or belongs to another person's consent. The person who begins it also finishes it." />`}
      ${error !== null && code !== REFUSED && code !== USED_UP && html`<${Waiting} problem=${sentenceOf(error)} isLoading=${false} onAgain=${finish} />`}
    <//>
  `;
}

/** @param {{ title: string, says: string }} props */
function Told({ title, says }) {
  return html`
    <section class="empty" role="alert">
      <${Icon} name="alert" class="empty-mark" />
      <h2>${title}</h2>
      <p>${says}</p>
      <a class="button primary" href="/bank/sources">Bank sources</a>
    </section>
  `;
}

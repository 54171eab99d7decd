// @ts-check
/** Where a provider sends a person back to: the connection is finished, or it is said why not. */

import { useEffect, useState } from "preact/hooks";

import { post } from "../api/client.js";
import { notify } from "../notifications/notices.js";
import { View } from "../parts/view.js";
import { go } from "../shell/address.js";
import { showIfOver } from "../state/report.js";
import { sentenceOf } from "../state/request.js";
import { addressOf, returnedWith } from "./addresses.js";
import { html, t } from "../words.js";

/** @import { ViewProps } from "../shell/routes.js" */

/** @param {ViewProps} props */
export default function Authorized({ query }) {
  // What came back is good once: it does not stay in the address.
  const [returned] = useState(() => returnedWith(query));
  const [problem, setProblem] = useState(returned.problem);
  useEffect(() => {
    if (!returned.body) return;
    history.replaceState(null, "", "/books/authorized");
    post("/api/books/authorizations", returned.body).then(
      ({ id, name, direction }) => {
        notify(t`${name} is connected.`, { kind: "success" });
        go(direction === "push" ? `/books/${id}/mapping` : addressOf(id), { replace: true });
      },
      (error) => {
        if (!showIfOver(error)) setProblem(sentenceOf(error));
      },
    );
  }, []);
  return html`
    <${View} title="Connecting">
      ${problem ? html`<p class="form-problem" role="alert">${problem}</p><p><a class="button" href="/books">Back to the books</a></p>` : html`<p class="view-loading" role="status">Finishing the connection …</p>`}
    <//>
  `;
}

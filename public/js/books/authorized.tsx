/** Where a provider sends a person back to: the connection is finished, or it is said why not. */

import { useEffect, useState } from "preact/hooks";

import { post } from "../api/client.ts";
import { notify } from "../notifications/notices.ts";
import { View } from "../parts/view.tsx";
import { go } from "../shell/address.ts";
import { showIfOver } from "../state/report.ts";
import { sentenceOf } from "../state/request.ts";
import { addressOf, returnedWith } from "./addresses.ts";
import { t } from "../words.ts";
import type { ViewProps } from "../shell/view-props.ts";

export default function Authorized({ query }: ViewProps) {
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
  return (
    <View title="Connecting">
      {problem ? (
        <>
          <p class="form-problem" role="alert">
            {problem}
          </p>
          <p>
            <a class="button" href="/books">
              Back to the books
            </a>
          </p>
        </>
      ) : (
        <p class="view-loading" role="status">
          Finishing the connection …
        </p>
      )}
    </View>
  );
}

/** Where a bank sends a person back to, who has agreed there or not. */

import { useEffect, useState } from "preact/hooks";

import { ApiError, post } from "../api/client.ts";
import { notify } from "../notifications/notices.ts";
import { Icon } from "../parts/icon.tsx";
import { View, Waiting } from "../parts/view.tsx";
import { go } from "../shell/address.ts";
import { showIfOver } from "../state/report.ts";
import { sentenceOf } from "../state/request.ts";
import { answerIn } from "./source-words.ts";
import { t } from "../words.ts";
import type { ViewProps } from "../shell/view-props.ts";

const REFUSED = "bank-consent-missing";
const USED_UP = "bank-consent-unknown";

export default function Connected({ query }: ViewProps) {
  // A code is used once, and stands in no history: the address loses it at once.
  const [answer] = useState(() => answerIn(query));
  const [error, setError] = useState<unknown>(null);
  const [isLoading, setLoading] = useState(answer !== null);
  async function finish() {
    if (!answer) return;
    setLoading(true);
    setError(null);
    try {
      const source = await post("/api/bank/source-consents", answer);
      const isDone = source.state === "connected";
      notify(
        isDone
          ? t`${source.bank} is connected: its entries come within minutes.`
          : (source.why ?? t`Say which account it is.`),
        { kind: isDone ? "success" : "problem" },
      );
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
  return (
    <View title="Back from the bank">
      {isLoading && <Waiting problem={null} isLoading onAgain={finish} />}
      {!answer && (
        <Told
          title="There is nothing to finish here"
          says="A bank sends you to this page once you have agreed there. It was opened without the bank's answer."
        />
      )}
      {code === REFUSED && (
        <Told title="Nobody has agreed" says={t`${sentenceOf(error)} Nothing is fetched.`} />
      )}
      {code === USED_UP && (
        <Told
          title="This answer is used up"
          says={t`The bank's answer was used before, is older than an hour, or belongs to another
            person's consent. The person who begins it also finishes it.`}
        />
      )}
      {error !== null && code !== REFUSED && code !== USED_UP && (
        <Waiting problem={sentenceOf(error)} isLoading={false} onAgain={finish} />
      )}
    </View>
  );
}

function Told({ title, says }: { title: string; says: string }) {
  return (
    <section class="empty" role="alert">
      <Icon name="alert" class="empty-mark" />
      <h2>{title}</h2>
      <p>{says}</p>
      <a class="button primary" href="/bank/sources">
        Bank sources
      </a>
    </section>
  );
}

/**
 * What is safe to do next with a run, and the command that sends it the signal for which it waits.
 */

import { may } from "../../state/session.ts";
import { nextSentence, sendCommand } from "./operations/next-words.ts";
import type { Run } from "../../api.ts";

/** Nothing where its status says all. */
export function Next({
  run,
}: {
  run: Pick<Run, "id" | "kind" | "status" | "nextSafeAction" | "waitsFor">;
}) {
  const sentence = nextSentence(run);
  const isSender = may("operate") && may(run.waitsFor?.send?.permission ?? "operate");
  const command = isSender && sendCommand(run);
  if (!sentence) return null;
  return (
    <p>
      {sentence}{" "}
      {command && (
        <>
          Whoever has it to say sends it: <code class="send-command">{command}</code>
        </>
      )}
    </p>
  );
}

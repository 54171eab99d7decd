// @ts-check
/** What is safe to do next with a run, and the command that sends it the signal for which it waits. */

import { may } from "../../state/session.js";
import { nextSentence, sendCommand } from "./operations/next-words.js";
import { html } from "../../words.js";

/** @import { Run } from "../../api.js" */

/** Nothing where its status says all. @param {{ run: Pick<Run, "id" | "kind" | "status" | "nextSafeAction" | "waitsFor"> }} props */
export function Next({ run }) {
  const sentence = nextSentence(run);
  const isSender = may("operate") && may(run.waitsFor?.send?.permission ?? "operate");
  const command = isSender && sendCommand(run);
  if (!sentence) return null;
  return html`
    <p>${sentence} ${command && html`Whoever has it to say sends it: <code class="send-command">${command}</code>`}</p>
  `;
}

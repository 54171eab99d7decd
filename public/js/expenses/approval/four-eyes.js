// @ts-check
/** The switch of four eyes: whether somebody else approves what a person handed in. */

import { get, patch } from "../../api/client.js";
import { notify } from "../../notifications/notices.js";
import { report } from "../../state/report.js";
import { useRequest } from "../../state/request.js";
import { may } from "../../state/session.js";
import { html, t } from "../../words.js";

export function FourEyes() {
  const { answer, set } = useRequest((signal) => get("/api/account", { signal }), []);

  async function choose(/** @type {Event} */ event) {
    const box = /** @type {HTMLInputElement} */ (event.target);
    const chosen = box.checked;
    try {
      set(await patch("/api/account", { fourEyes: chosen }));
      notify(chosen ? t`Four eyes are on.` : t`Four eyes are off.`, { kind: "success" });
    } catch (error) {
      box.checked = !chosen;
      report(error);
    }
  }

  if (!answer) return null;
  return html`
    <section class="card" aria-labelledby="four-eyes-title">
      <h2 id="four-eyes-title">Four eyes</h2>
      <label>
        <input type="checkbox" checked=${answer.fourEyes} disabled=${!may("administer")} onChange=${choose} />
        ${" "}
        <span>Nobody approves what they handed in or changed, where somebody else can approve it</span>
      </label>
    </section>
  `;
}

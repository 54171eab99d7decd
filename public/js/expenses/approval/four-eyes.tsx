/** The switch of four eyes: whether somebody else approves what a person handed in. */

import { get, patch } from "../../api/client.ts";
import { notify } from "../../notifications/notices.ts";
import { report } from "../../state/report.ts";
import { useRequest } from "../../state/request.ts";
import { may } from "../../state/session.ts";
import { t } from "../../words.ts";

export function FourEyes() {
  const { answer, set } = useRequest((signal) => get("/api/account", { signal }), []);

  async function choose(event: Event) {
    const box = event.target as HTMLInputElement;
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
  return (
    <section class="card" aria-labelledby="four-eyes-title">
      <h2 id="four-eyes-title">Four eyes</h2>
      <label>
        <input
          type="checkbox"
          checked={answer.fourEyes}
          disabled={!may("administer")}
          onChange={choose}
        />{" "}
        <span>
          Nobody approves what they handed in or changed, where somebody else can approve it
        </span>
      </label>
    </section>
  );
}

/** Settings: whether people are asked each week for documents of their payments. */

import { get, patch } from "../api/client.ts";
import { report } from "../state/report.ts";
import { useRequest } from "../state/request.ts";

export function Chasing() {
  const { answer, set } = useRequest((signal) => get("/api/account", { signal }), []);
  if (!answer) return null;
  async function choose(event: Event) {
    const { checked } = event.target as HTMLInputElement;
    try {
      set(await patch("/api/account", { chases: checked }));
    } catch (error) {
      report(error);
    }
  }
  return (
    <section class="card" aria-labelledby="chasing-title">
      <h2 id="chasing-title">Missing documents</h2>
      <label>
        <input type="checkbox" checked={answer.chases} onChange={choose} />{" "}
        <span>Ask people each week for the documents of their payments</span>
      </label>
      <p class="quiet">
        One message a week has all payments of a person. After three weeks, one goes to their
        approver too. Bank says whose an account or a card is. This holds for everybody.
      </p>
    </section>
  );
}

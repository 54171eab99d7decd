/** The name of the person who is signed in. A set-up gives the first owner a name that says little. */

import { useState } from "preact/hooks";

import { put } from "../api/client.ts";
import { notify } from "../notifications/notices.ts";
import { TextField } from "../parts/fields.tsx";
import { sentenceOf } from "../state/request.ts";
import { session } from "../state/session.ts";
import { t } from "../words.ts";

/** Whether nobody has given one since the set-up. */
export function hasFirstName() {
  const name = session.value?.user.name;
  return name === "Owner" || name === t`Owner`;
}

export async function renameOneself(name: string) {
  session.value = await put("/api/session/name", { name: name.trim() });
}

export function OwnName() {
  const [name, setName] = useState(session.value?.user.name ?? "");
  const [problem, setProblem] = useState<string | null>(null);
  async function save(event: Event) {
    event.preventDefault();
    setProblem(null);
    try {
      await renameOneself(name);
      notify(t`Saved.`, { kind: "success" });
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  }
  return (
    <section class="card" aria-labelledby="own-name-title">
      <h2 id="own-name-title">Your name</h2>
      <form class="settings-form" novalidate onSubmit={save}>
        <TextField
          label={t`Your name`}
          value={name}
          onValue={setName}
          maxLength={200}
          problem={problem}
          hint={t`Others see it beside what you do.`}
        />
        <p class="form-buttons">
          <button type="submit" class="button" disabled={name.trim() === ""}>
            Save the name
          </button>
        </p>
      </form>
    </section>
  );
}

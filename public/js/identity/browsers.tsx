/** The browsers in which whoever is signed in is signed in, each of which can be signed out. */

// It is there by then. By this line esbuild knows, and leaves what they share with it in one file.
import "../app.tsx";

import { del, get } from "../api/client.ts";
import { notify } from "../notifications/notices.ts";
import { Day } from "../parts/values.tsx";
import { Waiting } from "../parts/view.tsx";
import { report } from "../state/report.ts";
import { useRequest } from "../state/request.ts";
import { t } from "../words.ts";
import type { BrowserSession } from "../api/types.d.ts";

export function Browsers() {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/sessions", { signal }),
    [],
  );
  return (
    <>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      <ul class="lines">
        {answer?.items.map((browser) => (
          <Browser key={browser.id} browser={browser} onDone={again} />
        ))}
      </ul>
    </>
  );
}

const WAYS: Record<BrowserSession["how"], string> = {
  passkey: t`by a passkey · `,
  code: t`by a link · `,
  switch: t`from another company · `,
};

function Browser({ browser, onDone }: { browser: BrowserSession; onDone: () => void }) {
  const { id, how, browser: name, isHere, createdAt, lastUsedAt } = browser;
  async function signOut() {
    try {
      await del("/api/sessions/{session_id}", { path: { session_id: id } });
      notify(t`${name} is signed out.`, { kind: "success" });
      onDone();
    } catch (error) {
      report(error);
    }
  }
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">{name}</span>
        <span class="line-note">
          {isHere ? t`this browser · ` : ""}
          {WAYS[how]}
          signed in <Day day={createdAt.slice(0, 10)} />
          {" · "}
          last used <Day day={lastUsedAt.slice(0, 10)} />
        </span>
        {!isHere && (
          <span class="line-actions">
            <button
              type="button"
              class="button small"
              aria-label={t`Sign ${name} out`}
              onClick={signOut}
            >
              Sign out
            </button>
          </span>
        )}
      </div>
    </li>
  );
}

/** Settings: how whoever is signed in signs in, their tokens, and the end of all their sessions. */

import { useState } from "preact/hooks";

import { signOutEverywhere } from "../api.ts";
import { Dialog } from "../parts/dialog.tsx";
import { View } from "../parts/view.tsx";
import { Language } from "./language.tsx";
import { OwnName } from "./own-name.tsx";
import { Passkeys } from "./passkeys.tsx";
import { leaveBy } from "./sign-out.ts";
import { Tokens } from "./tokens.tsx";
import { lazy } from "../parts/lazy.ts";
import { useBusy } from "../parts/use-busy.ts";

const Browsers = lazy(() => import("./browsers.tsx").then((module) => module.Browsers));

export default function Access() {
  const [isAsking, setAsking] = useState(false);
  return (
    <View title="Sign-in and tokens">
      <OwnName />
      <Passkeys />
      <Tokens />
      <Language />
      <section class="card" aria-labelledby="sessions-title">
        <h2 id="sessions-title">Browsers</h2>
        <Browsers />
        <p>Sign out in all browsers if you have lost a device.</p>
        <p class="form-buttons">
          <button type="button" class="button" onClick={() => setAsking(true)}>
            Sign out everywhere
          </button>
        </p>
      </section>
      {isAsking && <SigningOut onClose={() => setAsking(false)} />}
    </View>
  );
}

/** Asks before all sessions end. */
function SigningOut({ onClose }: { onClose: () => void }) {
  const [isBusy, whileBusy] = useBusy();
  async function leave() {
    return whileBusy(async () => {
      try {
        await leaveBy(signOutEverywhere);
      } finally {
        onClose();
      }
    });
  }
  return (
    <Dialog
      title="Sign out everywhere"
      action="Sign out in all browsers"
      isDanger
      isBusy={isBusy}
      onClose={onClose}
      onAction={leave}
    >
      <p>
        Sign out in all browsers, including this one? Sign-in links that were not used yet stop
        working.
      </p>
    </Dialog>
  );
}

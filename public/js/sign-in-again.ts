/** A proof that the person is still there; loaded only when a change asks for one. */

// It is there by then. By this line esbuild knows, and leaves what they share with it in one file.
import "./app.tsx";

import { PasskeyError, signInWithPasskey } from "./api/passkeys.ts";
import { session } from "./state/session.ts";
import { t } from "./words.ts";

/**
 * Have the person prove by a passkey that they are still there.
 *
 * @throws {PasskeyError | ApiError | ConnectionError}
 */
export async function signInAgain() {
  const { user } = await signInWithPasskey();
  if (user.id === session.value?.user.id) return;
  location.reload();
  throw new PasskeyError(t`The passkey is another person's: they are signed in now.`, null);
}

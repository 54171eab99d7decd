/** Passkeys: what the browser does between our two requests. */

import { post } from "./client.ts";
import { t } from "../words.ts";
import type { Passkey, Session } from "./types.d.ts";

/** A sentence for people, where no passkey came of it. */
export class PasskeyError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = "PasskeyError";
  }
}

/**
 * Make a passkey in this browser, for whoever is signed in.
 *
 * @throws {PasskeyError | ApiError | ConnectionError}
 */
export async function makePasskey(name: string): Promise<Passkey> {
  const options = await post("/api/passkeys/options", null);
  if (options.challenge === null) {
    throw new PasskeyError(t`This request was answered before. Begin again.`, null);
  }
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as any);
  const made = await asked(() => navigator.credentials.create({ publicKey }));
  const response = made.response as AuthenticatorAttestationResponse;
  return post("/api/passkeys", {
    name,
    clientDataJSON: base64url(response.clientDataJSON),
    attestationObject: base64url(response.attestationObject),
    transports: response.getTransports().filter((transport) => /^[a-z-]{1,32}$/.test(transport)),
  });
}

/**
 * Sign in with a passkey that the person chooses.
 *
 * @throws {PasskeyError | ApiError | ConnectionError}
 */
export async function signInWithPasskey(): Promise<Session> {
  const options = await post("/api/session/passkey-options", null);
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as any);
  const chosen = await asked(() => navigator.credentials.get({ publicKey }));
  const response = chosen.response as AuthenticatorAssertionResponse;
  return post("/api/session/passkey", {
    id: chosen.id,
    clientDataJSON: base64url(response.clientDataJSON),
    authenticatorData: base64url(response.authenticatorData),
    signature: base64url(response.signature),
    userHandle: base64url(response.userHandle ?? new ArrayBuffer(0)),
  });
}

/** @param ask the browser, which asks the person */
async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const credential = await ask();
    if (credential instanceof PublicKeyCredential) return credential;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    if (error.name === "InvalidStateError") {
      throw new PasskeyError(t`This device has a passkey for you already. Sign in with it.`, error);
    }
    if (error.name !== "NotAllowedError" && error.name !== "AbortError") {
      throw new PasskeyError(t`This device cannot do that. Try another one, or a link.`, error);
    }
  }
  throw new PasskeyError(t`No passkey was used. Try again, or use a link.`, null);
}

function base64url(buffer: ArrayBuffer) {
  const text = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

// @ts-check
/** Passkeys: what the browser does between our two requests. */

import { post } from "./client.js";
import { t } from "../words.js";

/** @import { Passkey, Session } from "./types.js" */

/** A sentence for people, where no passkey came of it. */
export class PasskeyError extends Error {
  /** @param {string} message @param {unknown} cause */
  constructor(message, cause) {
    super(message, { cause });
    this.name = "PasskeyError";
  }
}

/** @returns {boolean} whether this browser, at this address, can have passkeys */
export function hasPasskeys() {
  const isAddress = /^[\d.]+$|^\[/.test(location.hostname);
  return !isAddress && typeof window.PublicKeyCredential?.parseCreationOptionsFromJSON === "function";
}

/** @returns {string} what a passkey that is made here may be called */
export function nameOfThisDevice() {
  const known = [/iPhone/, /iPad/, /Android/, /Windows/, /Mac/, /CrOS/, /Linux/];
  const found = known.map((pattern) => pattern.exec(navigator.userAgent)?.[0]).find(Boolean);
  return { Mac: t`Mac`, CrOS: t`Chromebook` }[found ?? ""] ?? found ?? t`This device`;
}

/**
 * Make a passkey in this browser, for whoever is signed in.
 *
 * @param {string} name
 * @returns {Promise<Passkey>}
 * @throws {PasskeyError | import("./client.js").ApiError | import("./client.js").ConnectionError}
 */
export async function makePasskey(name) {
  const options = await post("/api/passkeys/options", null);
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(/** @type {any} */ (options));
  const made = await asked(() => navigator.credentials.create({ publicKey }));
  const response = /** @type {AuthenticatorAttestationResponse} */ (made.response);
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
 * @returns {Promise<Session>}
 * @throws {PasskeyError | import("./client.js").ApiError | import("./client.js").ConnectionError}
 */
export async function signInWithPasskey() {
  const options = await post("/api/session/passkey-options", null);
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(/** @type {any} */ (options));
  const chosen = await asked(() => navigator.credentials.get({ publicKey }));
  const response = /** @type {AuthenticatorAssertionResponse} */ (chosen.response);
  return post("/api/session/passkey", {
    id: chosen.id,
    clientDataJSON: base64url(response.clientDataJSON),
    authenticatorData: base64url(response.authenticatorData),
    signature: base64url(response.signature),
    userHandle: base64url(response.userHandle ?? new ArrayBuffer(0)),
  });
}

/**
 * @param {() => Promise<Credential | null>} ask the browser, which asks the person
 * @returns {Promise<PublicKeyCredential>}
 */
async function asked(ask) {
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

/** @param {ArrayBuffer} buffer */
function base64url(buffer) {
  const text = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** What this browser is for passkeys and notifications. */

import { t } from "../words.ts";

/** @returns whether this browser, at this address, can have passkeys */
export function hasPasskeys(): boolean {
  const isAddress = /^[\d.]+$|^\[/.test(location.hostname);
  return (
    !isAddress && typeof window.PublicKeyCredential?.parseCreationOptionsFromJSON === "function"
  );
}

/** @returns what a passkey that is made here may be called */
export function nameOfThisDevice(): string {
  const known = [/iPhone/, /iPad/, /Android/, /Windows/, /Mac/, /CrOS/, /Linux/];
  const found = known.map((pattern) => pattern.exec(navigator.userAgent)?.[0]).find(Boolean);
  return { Mac: t`Mac`, CrOS: t`Chromebook` }[found ?? ""] ?? found ?? t`This device`;
}

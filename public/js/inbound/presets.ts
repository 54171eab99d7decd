/** How known senders sign, by their own descriptions: docs/api.md names them. */

import type { PlainHmac } from "../api/types.d.ts";

const TIMED = "v0:{timestamp}:{body}";

export const PRESETS: Record<string, Partial<PlainHmac> & { signatureHeader: string }> = {
  slack: {
    signatureHeader: "X-Slack-Signature",
    prefix: "v0=",
    content: TIMED,
    timestampHeader: "X-Slack-Request-Timestamp",
    idPointer: "/event_id",
    handshake: "slack",
  },
  zoom: {
    signatureHeader: "x-zm-signature",
    prefix: "v0=",
    content: TIMED,
    timestampHeader: "x-zm-request-timestamp",
    handshake: "zoom",
  },
  paddle: {
    signatureHeader: "Paddle-Signature",
    signatureKey: "h1",
    timestampKey: "ts",
    content: "{timestamp}:{body}",
    idPointer: "/event_id",
  },
  paystack: { signatureHeader: "x-paystack-signature", algorithm: "sha512" },
  square: {
    signatureHeader: "x-square-hmacsha256-signature",
    encoding: "base64",
    content: "{url}{body}",
    idPointer: "/event_id",
  },
};

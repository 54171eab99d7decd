// Who is asking: as tillroll/identity/authentication.py, for tokens only.

import { Refused } from "./upload.js";
import { batch, first } from "./sql.js";
import { ago, now, sha256 } from "./values.js";

const NOTED_EACH_MINUTES = 5;

export async function authenticate(env, context, request) {
  const [scheme, token = ""] = (request.headers.get("authorization") ?? "").split(" ");
  if (scheme.toLowerCase() !== "bearer") throw new Refused(401, "Send a valid token.");
  const hash = await sha256(new TextEncoder().encode(token.trim()));
  const row = await first(env, "who", [hash, now()]);
  if (row === null) throw new Refused(401, "Send a valid token.");
  const before = ago(NOTED_EACH_MINUTES);
  if (row.last_used_at === null || row.last_used_at <= before) {
    context.waitUntil(batch(env, "used", [row.token_id, now(), before]));
  }
  return { userId: row.id, accountId: row.account_id, actor: `token:${row.token_id}` };
}

// Who is asking: as tillroll/api/door/access.py, for tokens only.

import { Refused } from "./upload.js";
import { now, sha256 } from "./values.js";

export async function authenticate(env, request) {
  const [scheme, token = ""] = (request.headers.get("authorization") ?? "").split(" ");
  if (scheme.toLowerCase() !== "bearer") throw new Refused(401, "Send a valid token.");
  const row = await env.DB.prepare(
    `SELECT t.id AS token_id, u.id, u.name, u.role, u.account_id, a.name AS account_name
     FROM tokens t JOIN users u ON u.id = t.user_id JOIN accounts a ON a.id = u.account_id
     WHERE t.hash = ?1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > ?2)`,
  )
    .bind(await sha256(new TextEncoder().encode(token.trim())), now())
    .first();
  if (row === null) throw new Refused(401, "Send a valid token.");
  return { userId: row.id, accountId: row.account_id, actor: `token:${row.token_id}` };
}

// Times, ids, digests, canonical JSON and audit events, as the product writes them.

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

export const now = () => new Date().toISOString();
export const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
export const hoursAfter = (at, hours) => new Date(Date.parse(at) + hours * 3_600_000).toISOString();

export function newId(prefix) {
  let number = BigInt(Date.now());
  for (const byte of crypto.getRandomValues(new Uint8Array(10))) number = (number << 8n) | BigInt(byte);
  let digits = "";
  for (let place = 25n; place >= 0n; place--) digits += CROCKFORD[Number((number >> (5n * place)) & 31n)];
  return `${prefix}_${digits}`;
}

export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

export const digest = (text) => sha256(new TextEncoder().encode(text));

export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${members.join(",")}}`;
}

// An audit event's row, as tillroll_durable/audit.py; the digest covers all of it.
export async function eventValues(event) {
  const { stream, eventKey, accountId, actor, action, at, detail } = event;
  const content = { ...event, outcome: "success", contractVersion: 1 };
  const hash = await digest(canonical(content));
  return [stream, eventKey, accountId, actor, action, "success", 1, at, canonical(detail), hash];
}

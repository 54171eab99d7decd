// The deployment's HTTP. The tab alone keeps the token: it is gone when the tab is closed.

const PLACE = "tillroll-token";

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export function token() {
  return sessionStorage.getItem(PLACE);
}

export function keepToken(secret) {
  sessionStorage.setItem(PLACE, secret);
}

export function forgetToken() {
  sessionStorage.removeItem(PLACE);
}

export async function ask(method, path, { body, key } = {}) {
  const headers = { authorization: `Bearer ${token()}` };
  if (body !== undefined) {
    headers["content-type"] = "application/json";
  }
  if (key !== undefined) {
    headers["idempotency-key"] = key;
  }
  const sent = body === undefined ? undefined : JSON.stringify(body);
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: sent });
  } catch {
    throw new Refused(0, "The deployment did not answer. Try again: nothing is done twice.");
  }
  const text = await answer.text();
  let found = {};
  try {
    found = JSON.parse(text || "{}");
  } catch {
    throw new Refused(answer.status, `The deployment answered ${answer.status}.`);
  }
  if (!answer.ok) {
    const faults = (found.errors ?? []).map((each) => `${each.field}: ${each.message}`);
    throw new Refused(answer.status, [found.detail ?? `It answered ${answer.status}.`, ...faults].join(" "));
  }
  return found;
}

export function get(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value);
  const text = new URLSearchParams(given).toString();
  return ask("GET", text ? `${path}?${text}` : path);
}

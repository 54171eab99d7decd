/** Addresses of the ledger, on the page and of its files. */

/** @param query what is empty is left out */
export function addressWith(path: string, query: Record<string, string | undefined>) {
  const given = Object.entries(query).flatMap(([name, value]) => (value ? [[name, value]] : []));
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}

/** @param id of an account of the ledger, which may have blanks and colons */
export function addressOfAccount(id: string) {
  return `/ledger/${encodeURIComponent(id)}`;
}

// @ts-check
/** Addresses of the ledger, on the page and of its files. */

/**
 * @param {string} path
 * @param {Record<string, string | undefined>} query what is empty is left out
 */
export function addressWith(path, query) {
  const given = Object.entries(query).flatMap(([name, value]) => (value ? [[name, value]] : []));
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}

/** @param {string} id of an account of the ledger, which may have blanks and colons */
export function addressOfAccount(id) {
  return `/ledger/${encodeURIComponent(id)}`;
}

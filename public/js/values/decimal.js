// @ts-check
/** Arithmetic on decimal strings, without floating point. */

/**
 * @param {string[]} amounts decimal strings, such as "-12.90"
 * @returns {string} with as many decimals as the longest of them has
 */
export function sum(amounts) {
  const places = Math.max(0, ...amounts.map((amount) => (amount.split(".")[1] ?? "").length));
  const total = amounts.reduce((sofar, amount) => sofar + scaled(amount, places), 0n);
  const digits = (total < 0n ? -total : total).toString().padStart(places + 1, "0");
  const [whole, rest] = [digits.slice(0, digits.length - places), digits.slice(digits.length - places)];
  return `${total < 0n ? "-" : ""}${whole}${rest && `.${rest}`}`;
}

/**
 * @param {string} amount
 * @param {number} places
 */
function scaled(amount, places) {
  const [whole = "0", rest = ""] = amount.split(".");
  return BigInt(whole + rest.padEnd(places, "0"));
}

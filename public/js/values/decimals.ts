/** Sums of decimal strings, exact. */

/**
 * @returns what is left of `total` without the parts, with as many decimals as the longest of them
 * @throws {SyntaxError} one is no decimal string
 */
export function leftOf(total: string, parts: string[]): string {
  const decimals = Math.max(...[total, ...parts].map(decimalsOf));
  const left = parts.reduce((rest, part) => rest - scaled(part, decimals), scaled(total, decimals));
  const digits = String(left < 0n ? -left : left).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const sign = left < 0n ? "-" : "";
  return decimals === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-decimals)}`;
}

/** @returns with as many decimals as the longest of them; 0 of nothing */
export function sumOf(parts: string[]): string {
  return leftOf("0", [leftOf("0", parts)]);
}

/** @param text a decimal string */
export function isZero(text: string) {
  return /^-?0*(\.0*)?$/.test(text);
}

function decimalsOf(text: string) {
  return text.split(".")[1]?.length ?? 0;
}

function scaled(text: string, decimals: number) {
  const [whole = "", behind = ""] = text.split(".");
  return BigInt(whole + behind.padEnd(decimals, "0"));
}

/**
 * What of the bank is asked for: filters as they stand in the address, under the API's own names.
 * Pure.
 */

import { daysOf } from "../values/period.ts";
import { t } from "../words.ts";

export type Asked = { account: string; standing: string; from: string; to: string };

/** What stands without a filter is what is left to do. */
export const STANDINGS = [
  { value: "open", label: t`Open` },
  { value: "explained", label: t`Explained` },
  { value: "pending", label: t`Pending` },
  { value: "all", label: t`All` },
];

export function askedOf(query: URLSearchParams): Asked {
  const standing = query.get("standing") ?? "";
  return {
    account: query.get("account") ?? "",
    standing: STANDINGS.some(({ value }) => value === standing) ? standing : "open",
    from: query.get("from") ?? "",
    to: query.get("to") ?? "",
  };
}

export function addressOf({ account, standing, from, to }: Asked): string {
  const given = Object.entries({
    account,
    standing: standing === "open" ? "" : standing,
    from,
    to,
  }).filter(([, value]) => value);
  return given.length > 0 ? `/bank?${new URLSearchParams(given)}` : "/bank";
}

/** @returns the month that they are; empty where they are none */
export function monthOf({ from, to }: { from: string; to: string }): string {
  const month = from.slice(0, 7);
  const whole = daysOf(month);
  return whole.from !== "" && whole.from === from && whole.to === to ? month : "";
}

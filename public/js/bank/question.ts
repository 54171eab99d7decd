/** What is asked about an entry, in a dialogue. */

import type { BankMatch, MatchedEntry } from "../api/types.d.ts";

export type Question = {
  what: "search" | "split" | "reason" | "ask" | "takeBack";
  entry: MatchedEntry;
  match?: BankMatch | undefined;
};

/** What payouts add to the page's frame: the palette begins one. */

import { go } from "../shell/address.ts";
import { t } from "../words.ts";
import type { Feature } from "../shell/feature.ts";

// Views of several parts share these. Here they cost no view a request more.
import "./alike.tsx";
import "./changes.tsx";
import "../bank/paid-by.tsx";
import "../bank/words.ts";

export const PAYOUTS: Feature = {
  acts: [{ title: t`New payout`, act: () => go("/payouts"), icon: "send", needs: "pay" }],
};

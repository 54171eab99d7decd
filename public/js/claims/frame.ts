/** What billing adds to the page's frame: the palette begins an invoice. */

import { go } from "../shell/address.ts";
import { t } from "../words.ts";
import type { Feature } from "../shell/feature.ts";

// Views of several parts share these. Here they cost no view a request more.
import "../clients/choices.ts";

export const CLAIMS: Feature = {
  acts: [{ title: t`New invoice`, act: () => go("/claims/new"), icon: "claim", needs: "book" }],
};

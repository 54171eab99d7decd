/** What claims add to the page's frame: the palette begins one. */

import { go } from "../shell/address.ts";
import { t } from "../words.ts";
import type { Feature } from "../shell/feature.ts";

export const CLAIMS: Feature = {
  acts: [{ title: t`New claim`, act: () => go("/claims"), icon: "claim", needs: "book" }],
};

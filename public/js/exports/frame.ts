/** What exports add to the page's frame: the palette begins one. */

import { go } from "../shell/address.ts";
import { t } from "../words.ts";
import type { Feature } from "../shell/feature.ts";

export const EXPORTS: Feature = {
  acts: [{ title: t`New export`, act: () => go("/exports"), icon: "download", needs: "export" }],
};

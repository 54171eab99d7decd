/** What identity adds to the page's frame: the way out. */

import { signOut } from "../api.ts";
import { t } from "../words.ts";
import { leaveBy } from "./sign-out.ts";
import type { Feature } from "../shell/feature.ts";

export const IDENTITY: Feature = {
  acts: [
    { title: t`Sign out`, act: () => void leaveBy(signOut), icon: "person", isOfAccount: true },
  ],
};

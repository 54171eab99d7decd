/** What identity adds to the page's frame: the way to other companies, and out. */

import { signOut } from "../api.ts";
import { lazy } from "../parts/lazy.ts";
import { go } from "../shell/address.ts";
import { t } from "../words.ts";
import { leaveBy } from "./sign-out.ts";
import type { Feature } from "../shell/feature.ts";

export const IDENTITY: Feature = {
  acts: [
    {
      title: t`Your name`,
      act: () => go("/settings/access"),
      icon: "person",
      isOfAccount: true,
    },
    { title: t`Sign out`, act: () => void leaveBy(signOut), icon: "person", isOfAccount: true },
  ],
  InAccountMenu: lazy(() => import("./companies.tsx").then((module) => module.MyCompanies)),
};

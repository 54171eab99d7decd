/** What receipts add to the page's frame: they are taken in on every page. */

import { t } from "../words.ts";
import { AddButton, AddSheet } from "./adding.tsx";
import { Intake } from "./intake-zone.tsx";
import { chooseFiles, listenToFiles, offerToAdd } from "./intake.ts";
import type { Feature } from "../shell/feature.ts";

// Views of several parts share this. Here it costs no view a request more.
import "./document/xml-link.tsx";

export const RECEIPTS: Feature = {
  acts: [
    {
      title: t`Add receipts`,
      act: chooseFiles,
      icon: "plus",
      key: "a",
      needs: "submit",
      words: t`upload new`,
    },
  ],
  First: AddButton,
  InBar: AddSheet,
  Anywhere: Intake,
  onStart: listenToFiles,
  onReady: offerToAdd,
};

/** What notifications add to the page's frame: what people were told, and are told in passing. */

import { tellLanguage } from "./language.ts";
import { NoticeMenu } from "./menu.tsx";
import { Passing } from "./passing.tsx";
import type { Feature } from "../shell/feature.ts";

export const NOTIFICATIONS: Feature = {
  Head: NoticeMenu,
  Anywhere: Passing,
  onQuiet: tellLanguage,
};

/**
 * What a feature adds to the page's frame, beside its views. Its own folder says it, in `frame.ts`,
 * and `FEATURES` of routes.ts names it.
 */

import type { ComponentType } from "preact";
import type { Permission } from "../api/types.d.ts";

/** Something to do wherever one is. */
export interface Act {
  title: string;
  act: () => void;
  /** a symbol of icons.svg */
  icon: string;
  /** pressed on any page, it does this */
  key?: string;
  /** what the palette finds it by, beside its title */
  words?: string;
  /** others are not offered it */
  needs?: Permission;
  /** the account's menu has it too */
  isOfAccount?: boolean;
}

export interface Feature {
  /** what the command palette offers beside the views */
  acts?: Act[];
  /** at the head of the sidebar, beside the name */
  Head?: ComponentType;
  /** in the sidebar above the search: what people do most */
  First?: ComponentType;
  /** in a phone's bar, behind its views */
  InBar?: ComponentType;
  /** in the account's menu, below who is signed in; loaded as the menu opens */
  InAccountMenu?: ComponentType;
  /** on every page, behind the view */
  Anywhere?: ComponentType;
  /** called once, before anything is drawn */
  onStart?: () => void;
  /** called once, when it is known who is signed in, and what there is */
  onReady?: () => void;
  /** called once, when the first view has loaded */
  onQuiet?: (userId: string) => void;
  /** called whenever a view is opened, or looked at again after another tab or app */
  onView?: () => void;
  /** called after that, when the view has asked for what it shows */
  onViewQuiet?: () => void;
}

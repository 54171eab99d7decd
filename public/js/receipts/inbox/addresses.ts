import type { ListName } from "../../state/run-store.ts";

/** Addresses of the inbox's lists. */
export const lists: Record<ListName, string> = {
  open: "/",
  all: "/inbox/all",
  review: "/inbox/review",
  failed: "/inbox/failed",
};

// @ts-check
/** @import { ListName } from "../../state/run-store.js" */

/** Addresses of the inbox's lists. @type {Record<ListName, string>} */
export const lists = { all: "/", review: "/inbox/review", failed: "/inbox/failed" };

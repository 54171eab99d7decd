// @ts-check
/** Who is signed in, and to which account. */

import { computed, signal } from "@preact/signals";

/** @import { Session } from "../api.js" */

/** Null until the server has said. @type {import("@preact/signals").Signal<Session | null>} */
export const session = signal(null);

/** Whether an owner is signed in, who sees the settings and what runs. */
export const isOwner = computed(() => session.value?.user.role === "owner");

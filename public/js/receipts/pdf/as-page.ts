/**
 * pdf.js takes a worker's messages for its own unless there is a window. This worker's messages
 * are ours.
 */

export const page = Object.assign(globalThis, { window: globalThis });

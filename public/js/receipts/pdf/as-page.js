// @ts-check
/** pdf.js takes a worker's messages for its own unless there is a window. This worker's messages are ours. */

Object.assign(globalThis, { window: globalThis });

// @ts-check
// Made by `make docs` from the Worker's own limits: change them there.

/** What a receipt may have, in megabytes of 1,048,576 bytes. */
export const RECEIPT_MB = 10;
/** What a bank's file may have, in the same. */
export const STATEMENT_MB = 32;
/** Bytes of one. */
export const MB = 1024 * 1024;

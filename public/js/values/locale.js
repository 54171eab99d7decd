// @ts-check
/**
 * The locale that values are shown in, and read in alike. Not `navigator.language`: Chromium may name one there that `Intl`
 * refuses, such as en-US@posix.
 */
export const LOCALE = new Intl.NumberFormat().resolvedOptions().locale;

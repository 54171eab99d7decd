// @ts-check
/** What people call the formats. */

/** @type {Record<string, string>} */
const NAMES = { datev: "DATEV", "xero-bills": "Xero bills", "xero-statement": "Xero statement", csv: "CSV", xlsx: "Excel", pdf: "PDF report" };

/** @param {string} format @returns {string} */
export const formatName = (format) => NAMES[format] ?? format;

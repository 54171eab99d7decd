// @ts-check
/**
 * Small pictures of PDFs for lists: drawn once by this browser, which keeps them until whoever is signed in signs out. One is
 * drawn at a time.
 */

import { knownSession } from "../../state/session.js";
import { PICTURES } from "../thumb.js";
import { PdfFile, PdfProblem } from "./file.js";

const WIDTH = 160;
/** Of a PDF that is fetched for so small a picture. */
const LARGEST_BYTES = 4 * 1024 * 1024;
const MOST_KEPT = 500;

/** @type {Map<string, Promise<string | null>>} by the address of the PDF */
const made = new Map();
/** @type {Promise<unknown>} */
let last = Promise.resolve();

/**
 * @param {string} address of a PDF, which never changes
 * @returns {Promise<string | null>} a blob: address; null where it cannot be drawn
 */
export function smallPdf(address) {
  const known = made.get(address);
  if (known) return known;
  const picture = last.then(() => pictureOf(address)).then((blob) => (blob?.size ? URL.createObjectURL(blob) : null));
  last = picture.catch(() => {});
  made.set(address, picture);
  return picture;
}

/** @param {string} address @returns {Promise<Blob | null>} */
async function pictureOf(address) {
  const store = await storeOf();
  const kept = await store?.match(address);
  if (kept) return kept.blob();
  const drawn = await draw(address);
  if (!store || drawn === null) return drawn;
  const keys = await store.keys();
  if (keys.length >= MOST_KEPT && keys[0]) await store.delete(keys[0]);
  await store.put(address, new Response(drawn)).catch(() => {}); // no room: it is drawn again another time
  return drawn;
}

/** @param {string} address @returns {Promise<Blob | null>} an empty one where the file has no picture; null where it may have one later */
async function draw(address) {
  let file;
  try {
    file = await PdfFile.open(address, { largest: LARGEST_BYTES });
    return (await file.draw(1, WIDTH)).picture;
  } catch (error) {
    if (!(error instanceof PdfProblem)) throw error;
    return error.isOfFile ? new Blob() : null;
  } finally {
    file?.end();
  }
}

/** @returns {Promise<Cache | null>} null where this browser keeps nothing */
async function storeOf() {
  if (!globalThis.caches) return null;
  const { user } = await knownSession();
  return caches.open(PICTURES + user.id).catch(() => null);
}

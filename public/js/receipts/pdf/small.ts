/**
 * Small pictures of PDFs for lists: drawn once by this browser, which keeps them until whoever is
 * signed in signs out. One is drawn at a time.
 */

import { knownSession } from "../../state/session.ts";
import { PICTURES } from "../thumb.tsx";
import { PdfFile, PdfProblem } from "./file.ts";

const WIDTH = 160;
/** Of a PDF that is fetched for so small a picture. */
const LARGEST_BYTES = 4 * 1024 * 1024;
const MOST_KEPT = 500;

/** By the address of the PDF */
const made: Map<string, Promise<string | null>> = new Map();
let last: Promise<unknown> = Promise.resolve();

/**
 * @param address of a PDF, which never changes
 * @returns a blob: address; null where it cannot be drawn
 */
export function smallPdf(address: string): Promise<string | null> {
  const known = made.get(address);
  if (known) return known;
  const picture = last
    .then(() => pictureOf(address))
    .then((blob) => (blob?.size ? URL.createObjectURL(blob) : null));
  last = picture.catch(() => {});
  made.set(address, picture);
  return picture;
}

async function pictureOf(address: string): Promise<Blob | null> {
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

/** @returns an empty one where the file has no picture; null where it may have one later */
async function draw(address: string): Promise<Blob | null> {
  let file: PdfFile | undefined;
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

/** @returns null where this browser keeps nothing */
async function storeOf(): Promise<Cache | null> {
  if (!globalThis.caches) return null;
  const { user } = await knownSession();
  return caches.open(PICTURES + user.id).catch(() => null);
}

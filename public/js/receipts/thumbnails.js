// @ts-check
/** Small pictures of files that were just chosen, so that they show before, and without, fetching them back. */

import { signal } from "@preact/signals";

/** @import { Upload } from "./uploads.js" */

const HEIGHT = 120;

/** Addresses by the upload's key; null while one is being made. @type {import("@preact/signals").Signal<Map<string, string | null>>} */
export const pictures = signal(new Map());

/** Make the picture of a file that was just chosen. @param {Upload} upload */
export function takePicture({ key, file }) {
  if (pictures.peek().has(key)) return;
  pictures.value = new Map(pictures.peek()).set(key, null);
  thumbnailOf(file).then((address) => {
    const known = new Map(pictures.peek());
    if (address) known.set(key, address);
    else known.delete(key);
    pictures.value = known;
  });
}

/** @type {Promise<unknown>} one at a time: a photo takes much memory while it is decoded */
let last = Promise.resolve();

/**
 * @param {File} file
 * @returns {Promise<string | null>} a blob: address; null when the browser cannot draw the file
 */
function thumbnailOf(file) {
  const made = last.then(() => make(file));
  last = made;
  return made;
}

/**
 * @param {File} file
 * @returns {Promise<string | null>}
 */
async function make(file) {
  if (!file.type.startsWith("image/")) return null;
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { resizeHeight: HEIGHT, resizeQuality: "medium" });
  } catch {
    return null; // not a picture, whatever its name says: the server will say so
  }
  const canvas = document.createElement("canvas");
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  bitmap.close();
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/webp", 0.8));
  return blob ? URL.createObjectURL(blob) : null;
}

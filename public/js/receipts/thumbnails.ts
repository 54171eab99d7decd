/**
 * Small pictures of files that were just chosen, so that they show before, and without, fetching
 * them back.
 */

import { signal } from "@preact/signals";
import type { Upload } from "./uploads.ts";
import type { Signal } from "@preact/signals";

const HEIGHT = 120;

/** Addresses by the upload's key; null while one is being made. */
export const pictures: Signal<Map<string, string | null>> = signal(new Map());

/** Make the picture of a file that was just chosen. */
export function takePicture({ key, file }: Upload) {
  if (pictures.peek().has(key)) return;
  pictures.value = new Map(pictures.peek()).set(key, null);
  thumbnailOf(file).then((address) => {
    const known = new Map(pictures.peek());
    if (address) known.set(key, address);
    else known.delete(key);
    pictures.value = known;
  });
}

/** One at a time: a photo takes much memory while it is decoded */
let last: Promise<unknown> = Promise.resolve();

/** @returns a blob: address; null when the browser cannot draw the file */
function thumbnailOf(file: File): Promise<string | null> {
  const made = last.then(() => make(file));
  last = made;
  return made;
}

async function make(file: File): Promise<string | null> {
  if (!file.type.startsWith("image/")) return null;
  let bitmap: ImageBitmap;
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
  const blob = await new Promise<Blob | null>((resolve) =>
    canvas.toBlob(resolve, "image/webp", 0.8),
  );
  return blob ? URL.createObjectURL(blob) : null;
}

// Draw the app's icons anew from public/icon.svg: `node local/app_icons.mjs`. They are committed: a build needs no drawing library.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import sharp from "sharp";

const folder = join(import.meta.dirname, "..", "public");
const drawn = await readFile(join(folder, "icon.svg"), "utf8");
// A system cuts its own shape out of this one: the ground fills it, and the paper keeps to the middle four fifths.
const maskable = drawn
  .replace('rx="8"', "")
  .replace(/(<rect [^>]*>)([\s\S]*)(<\/svg>)/, '$1<g transform="translate(3.2 3.2) scale(.8)">$2</g>$3');
/** @type {[string, string, number][]} */
const icons = [
  ["app-192", drawn, 192],
  ["app-512", drawn, 512],
  ["app-maskable", maskable, 512],
  ["app-touch", maskable, 180],
];
for (const [name, picture, size] of icons) {
  const image = sharp(Buffer.from(picture), { density: (72 * size) / 32 }).resize(size);
  await image.png({ palette: true, compressionLevel: 9 }).toFile(join(folder, "icons", `${name}.png`));
}

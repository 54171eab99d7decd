// @ts-check
/**
 * Draws pages of a PDF in a worker, all of pdf.js with it, so that whatever a file does, the page goes on: who asked ends the
 * worker. No font is handed to the browser, and nothing of the file is run.
 */

import { page } from "./as-page.js";

import * as pdf from "pdfjs-dist/legacy/build/pdf.mjs";
// @ts-expect-error it has no types
import * as reader from "pdfjs-dist/legacy/build/pdf.worker.min.mjs";

/** @import { Asked, Answered, Piece } from "./file.js" */
/** @import { PDFDocumentProxy, PDFPageProxy } from "pdfjs-dist/legacy/build/pdf.mjs" */

Object.assign(page, { pdfjsWorker: reader });

/** Pixels of an embedded picture; a larger one is left out. */
const LARGEST_IMAGE = 40_000_000;
/** Of a drawn page, either side. */
const LONGEST_SIDE = 4096;
const QUALITY = 0.9;
/** Texts of a page. */
const MOST_PIECES = 20_000;
/** Where letters stand above and below their line, in parts of their height. */
const [ABOVE, BELOW] = [0.8, 0.2];

class Canvases {
  /** @param {number} width @param {number} height pixels */
  create(width, height) {
    const canvas = new OffscreenCanvas(Math.max(1, width), Math.max(1, height));
    return { canvas, context: canvas.getContext("2d", { willReadFrequently: true }) };
  }

  /** @param {{ canvas: OffscreenCanvas }} made @param {number} width @param {number} height */
  reset({ canvas }, width, height) {
    Object.assign(canvas, { width, height });
  }

  /** @param {{ canvas: OffscreenCanvas | null, context: unknown }} made */
  destroy(made) {
    if (made.canvas) Object.assign(made.canvas, { width: 0, height: 0 });
    made.canvas = null;
    made.context = null;
  }

  /** @param {OffscreenCanvas} canvas */
  getNoAlphaContext(canvas) {
    return canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  }
}

/** Filters are SVG, which a worker has not: what they would do is left out. */
class NoFilters {
  addFilter = none;
  addHCMFilter = none;
  addAlphaFilter = none;
  addLuminosityFilter = none;
  addKnockoutFilter = none;
  addHighlightHCMFilter = none;
  addSelectionHCMFilter = none;
  addSelectionFilter = none;
  createSelectionStyle() {
    return null;
  }
  destroy() {}
}

function none() {
  return "none";
}

/** @type {PDFDocumentProxy | undefined} */
let opened;

/** @param {ArrayBuffer} bytes @returns {Promise<number>} how many pages it has */
async function open(bytes) {
  /** @type {Record<string, unknown>} */
  const options = {
    data: new Uint8Array(bytes),
    isEvalSupported: false,
    useWasm: false,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: true,
    cMapUrl: addressOf("cmaps"),
    standardFontDataUrl: addressOf("standard_fonts"),
    wasmUrl: addressOf("wasm"),
    maxImageSize: LARGEST_IMAGE,
    canvasMaxAreaInBytes: 4 * LONGEST_SIDE * LONGEST_SIDE,
    isImageDecoderSupported: false,
    disableWorkerRendering: true,
    ownerDocument: { fonts: new Set() },
    CanvasFactory: Canvases,
    FilterFactory: NoFilters,
    verbosity: 0,
  };
  opened = await pdf.getDocument(options).promise;
  return opened.numPages;
}

/** @param {string} folder that local/build_page.mjs takes of the package */
function addressOf(folder) {
  return `${location.origin}/pdf/${folder}/`;
}

/**
 * @param {number} number of the page, from 1
 * @param {number} width in pixels, as wide as it should be drawn
 * @param {boolean} withText
 */
async function draw(number, width, withText) {
  const sheet = await /** @type {PDFDocumentProxy} */ (opened).getPage(number);
  const whole = sheet.getViewport({ scale: 1 });
  const most = Math.min(width / whole.width, LONGEST_SIDE / whole.width, LONGEST_SIDE / whole.height);
  const viewport = sheet.getViewport({ scale: Math.max(most, 1 / whole.width, 1 / whole.height) });
  const canvas = new OffscreenCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
  const context = /** @type {any} */ (canvas.getContext("2d", { alpha: false, willReadFrequently: true }));
  await sheet.render({ canvas: null, canvasContext: context, viewport }).promise;
  const picture = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  const pieces = withText ? await textOf(sheet) : [];
  sheet.cleanup();
  return { picture, pieces };
}

/** @param {PDFPageProxy} sheet @returns {Promise<Piece[]>} */
async function textOf(sheet) {
  const viewport = sheet.getViewport({ scale: 1 });
  const { items } = await sheet.getTextContent({ disableNormalization: true });
  /** @type {Piece[]} */
  const pieces = [];
  for (const item of items) {
    if (!("str" in item) || !item.str.trim() || pieces.length >= MOST_PIECES) continue;
    const [a = 0, b = 0, c = 0, d = 0, x = 0, y = 0] = item.transform;
    const along = Math.hypot(a, b) || 1;
    const [right, up] = [(a / along) * item.width, (b / along) * item.width];
    const corner = (/** @type {number} */ part, /** @type {number} */ height) => {
      const [left = 0, top = 0] = viewport.convertToViewportPoint(x + part * right + height * c, y + part * up + height * d);
      return [left / viewport.width, top / viewport.height];
    };
    pieces.push({ text: item.str, corners: [[0, ABOVE], [1, ABOVE], [1, -BELOW], [0, -BELOW]].flatMap(([part = 0, height = 0]) => corner(part, height)) });
  }
  return pieces;
}

/** @param {Asked} asked @returns {Promise<Answered>} */
async function answer(asked) {
  try {
    if ("bytes" in asked) return { pages: await open(asked.bytes) };
    return await draw(asked.page, asked.width, asked.withText);
  } catch (error) {
    return { problem: error instanceof pdf.PasswordException ? "encrypted" : "broken", says: String(error) };
  }
}

addEventListener("message", async ({ data }) => postMessage(await answer(data)));
postMessage({ isThere: true });

/**
 * Draws pages of a PDF in a worker, all of pdf.js with it, so that whatever a file does, the page
 * goes on: who asked ends the worker. No font is handed to the browser, and nothing of the file is
 * run.
 */

import { page } from "./as-page.ts";

import * as pdf from "pdfjs-dist/legacy/build/pdf.mjs";
// @ts-expect-error it has no types
import * as reader from "pdfjs-dist/legacy/build/pdf.worker.min.mjs";
import type { Asked, Answered, Piece } from "./file.ts";
import type { PDFDocumentProxy, PDFPageProxy } from "pdfjs-dist/legacy/build/pdf.mjs";

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
  /** @param height pixels */
  create(width: number, height: number) {
    const canvas = new OffscreenCanvas(Math.max(1, width), Math.max(1, height));
    return { canvas, context: canvas.getContext("2d", { willReadFrequently: true }) };
  }

  reset({ canvas }: { canvas: OffscreenCanvas }, width: number, height: number) {
    Object.assign(canvas, { width, height });
  }

  destroy(made: { canvas: OffscreenCanvas | null; context: unknown }) {
    if (made.canvas) Object.assign(made.canvas, { width: 0, height: 0 });
    made.canvas = null;
    made.context = null;
  }

  getNoAlphaContext(canvas: OffscreenCanvas) {
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

let opened: PDFDocumentProxy | undefined;

/** @returns how many pages it has */
async function open(bytes: ArrayBuffer): Promise<number> {
  const options: Record<string, unknown> = {
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

/** @param folder that local/build_page.mjs takes of the package */
function addressOf(folder: string) {
  return `${location.origin}/pdf/${folder}/`;
}

/**
 * @param number of the page, from 1
 * @param width in pixels, as wide as it should be drawn
 */
async function draw(number: number, width: number, withText: boolean) {
  const sheet = await (opened as PDFDocumentProxy).getPage(number);
  const whole = sheet.getViewport({ scale: 1 });
  const most = Math.min(
    width / whole.width,
    LONGEST_SIDE / whole.width,
    LONGEST_SIDE / whole.height,
  );
  const viewport = sheet.getViewport({ scale: Math.max(most, 1 / whole.width, 1 / whole.height) });
  const canvas = new OffscreenCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true }) as any;
  await sheet.render({ canvas: null, canvasContext: context, viewport }).promise;
  const picture = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  const pieces = withText ? await textOf(sheet) : [];
  sheet.cleanup();
  return { picture, pieces };
}

async function textOf(sheet: PDFPageProxy): Promise<Piece[]> {
  const viewport = sheet.getViewport({ scale: 1 });
  const { items } = await sheet.getTextContent({ disableNormalization: true });
  const pieces: Piece[] = [];
  for (const item of items) {
    if (!("str" in item) || !item.str.trim() || pieces.length >= MOST_PIECES) continue;
    const [a = 0, b = 0, c = 0, d = 0, x = 0, y = 0] = item.transform;
    const along = Math.hypot(a, b) || 1;
    const [right, up] = [(a / along) * item.width, (b / along) * item.width];
    const corner = (part: number, height: number) => {
      const [left = 0, top = 0] = viewport.convertToViewportPoint(
        x + part * right + height * c,
        y + part * up + height * d,
      );
      return [left / viewport.width, top / viewport.height];
    };
    pieces.push({
      text: item.str,
      corners: [
        [0, ABOVE],
        [1, ABOVE],
        [1, -BELOW],
        [0, -BELOW],
      ].flatMap(([part = 0, height = 0]) => corner(part, height)),
    });
  }
  return pieces;
}

async function answer(asked: Asked): Promise<Answered> {
  try {
    if ("bytes" in asked) return { pages: await open(asked.bytes) };
    return await draw(asked.page, asked.width, asked.withText);
  } catch (error) {
    return {
      problem: error instanceof pdf.PasswordException ? "encrypted" : "broken",
      says: String(error),
    };
  }
}

addEventListener("message", async ({ data }) => postMessage(await answer(data)));
postMessage({ isThere: true });

/**
 * An e-invoice that is XML alone, as a person reads it: where the picture of another receipt
 * stands. What is looked at in the form is marked in it.
 */

// It is there by then. By this line esbuild knows, and leaves what they share with it in one file.
import "../../app.tsx";

import { useEffect, useRef, useState } from "preact/hooks";

import { request } from "../../api/client.ts";
import { Waiting } from "../../parts/view.tsx";
import { useRequest } from "../../state/request.ts";
import { t } from "../../words.ts";
import { readInvoice } from "./reader.ts";
import { XmlLink } from "../document/xml-link.tsx";
import { faultInWords } from "./names.ts";
import { Paper } from "./paper.tsx";
import { textOf, XmlProblem } from "./xml.ts";
import type { Attention } from "../../parts/attention.ts";
import type { Invoice } from "./invoice.ts";

/** Of the XML as text; the file has the rest. */
const MOST_SIGNS = 200_000;
/** Attached files stand in it in base64. */
const ATTACHED = /[A-Za-z0-9+/=]{1000,}/g;

/** One of `text` and `problem` may be missing; `invoice` is null where there is a problem. */
interface Loaded {
  text: string;
  invoice: Invoice | null;
  problem: string;
}

export function EInvoiceView({ id, attention }: { id: string; attention: Attention }) {
  const address = `/api/receipts/${id}/xml`;
  const asked = useRequest((signal) => load(address, signal), [address]);
  const [isXml, setXml] = useState(false);
  const scroller = useRef<HTMLDivElement | null>(null);
  const loaded = asked.answer;
  const field = attention.active.value;
  useEffect(() => {
    const marked = scroller.current?.querySelector(".is-active");
    if (marked && scroller.current) bringInto(scroller.current, marked);
  }, [field, loaded]);
  if (!loaded) {
    return (
      <div class="picture is-drawing" aria-busy={asked.isLoading}>
        <Waiting problem={asked.problem} isLoading={asked.isLoading} onAgain={asked.again} />
      </div>
    );
  }
  const { text, invoice, problem } = loaded;
  return (
    <div class="picture e-invoice">
      <div
        class="e-invoice-scroller"
        tabindex={0}
        role="group"
        aria-label="The e-invoice"
        ref={scroller}
      >
        {problem && <p role="status">{problem}</p>}
        {isXml ? (
          <pre class="e-invoice-xml">{xmlShown(text)}</pre>
        ) : (
          invoice && <Paper invoice={invoice} field={field} />
        )}
      </div>
      <div class="e-invoice-tools">
        {text && (
          <button
            type="button"
            class="button small"
            aria-pressed={isXml}
            onClick={() => setXml(!isXml)}
          >
            Show the XML
          </button>
        )}
        <XmlLink id={id} class="button small" />
      </div>
    </div>
  );
}

async function load(address: string, signal: AbortSignal): Promise<Loaded> {
  const { body: bytes } = await request(address, { signal, reads: "bytes" });
  let text = "";
  try {
    text = textOf(bytes);
    return { text, invoice: readInvoice(text), problem: "" };
  } catch (error) {
    if (!(error instanceof XmlProblem)) throw error;
    return { text, invoice: null, problem: faultInWords(error.fault) };
  }
}

/** Moves that alone, and never the page, on which a person types. */
function bringInto(scroller: Element, marked: Element) {
  const around = scroller.getBoundingClientRect();
  const own = marked.getBoundingClientRect();
  const isSeen = own.top >= around.top && own.bottom <= around.bottom;
  if (!isSeen) scroller.scrollTop += own.top - around.top - around.height / 3;
}

/** The beginning, without attached files; on several lines where the file has one. */
function xmlShown(text: string) {
  const begin = text.slice(0, MOST_SIGNS).replace(ATTACHED, "…");
  const isOneLine = !/>\s*\n\s*</.test(begin);
  const shown = isOneLine ? begin.replaceAll("><", ">\n<") : begin;
  return text.length > MOST_SIGNS ? `${shown}\n${t`The rest stands in the file.`}` : shown;
}

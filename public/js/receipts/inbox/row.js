// @ts-check
/** A row of the list. It is drawn again only when what it shows has changed. */

import { Component } from "preact";

import { UNKNOWN } from "../../format.js";
import { Icon } from "../../parts/icon.js";
import { Thumb } from "../thumb.js";
import { QUARTERS, UNCONFIRMED } from "./row-model.js";
import { html, t } from "../../words.js";

/** @import { RowModel } from "./row-model.js" */

/**
 * @typedef {object} RowProps
 * @property {RowModel} model
 * @property {(key: string) => void} onRetry
 * @property {(key: string) => void} onDismiss
 * @property {(key: string, isSelected: boolean) => void} onSelect
 */

/** @extends {Component<RowProps>} */
export class Row extends Component {
  /** @param {RowProps} next */
  shouldComponentUpdate({ model }) {
    return Object.entries(model).some(([name, value]) => this.props.model[/** @type {keyof RowModel} */ (name)] !== value);
  }

  render() {
    const { model, onRetry, onDismiss, onSelect } = this.props;
    const { key, title } = model;
    const onChange = (/** @type {Event} */ event) =>
      onSelect(key, /** @type {HTMLInputElement} */ (event.currentTarget).checked);
    return html`
      <li class=${model.isUnconfirmed ? "row is-unconfirmed" : "row"} data-status=${model.status} data-key=${key}>
        ${model.isSelected !== null &&
        html`
          <label class="row-select">
            <input type="checkbox" checked=${model.isSelected} aria-label=${t`Select ${title}`} onChange=${onChange} />
          </label>
        `}
        <a class="row-link" href=${model.href} title=${model.isUnconfirmed ? UNCONFIRMED : null}>
          <span class="thumb"><${Thumb} key=${model.picture ?? model.pdf} picture=${model.picture} pdf=${model.pdf} /></span>
          <span class="visually-hidden">${model.isUnconfirmed ? `${UNCONFIRMED}: ` : ""}</span>
          <span class="row-main">
            <span class="row-title">${title}</span>
            <span class="row-note" title=${model.note}>${model.note}</span>
          </span>
          <span class=${look("row-date", model.date)}>${model.date}</span>
          <span class="row-amount">
            <span class=${look("row-total", model.amount)}>${model.amount}</span>
            <span class="row-base">${model.base}</span>
          </span>
          <span class="row-status">
            <${Stages} status=${model.status} progress=${model.progress} />
            <span class="pill" data-status=${model.status}>${model.label}</span>
          </span>
        </a>
        <div class="row-actions">
          ${model.canRetry &&
          html`<button type="button" class="button small" onClick=${() => onRetry(key)}>Try again</button>`}
          ${model.canDismiss &&
          html`
            <button type="button" class="icon-button" aria-label=${t`Dismiss ${title}`} onClick=${() => onDismiss(key)}>
              <${Icon} name="close" />
            </button>
          `}
          ${model.href !== null && !model.canDismiss && html`<${Icon} name="right" />`}
        </div>
      </li>
    `;
  }
}

/**
 * @param {string} name of the class
 * @param {string} text
 */
function look(name, text) {
  return text === UNKNOWN ? `${name} is-unknown` : name;
}

/** How far it has come: sending, then a quarter for each stage. @param {Pick<RowModel, "status" | "progress">} props */
function Stages({ status, progress }) {
  if (status !== "processing" && status !== "sending") return null;
  return html`
    <span class="stages" aria-hidden="true">
      ${Array.from({ length: QUARTERS }, (_, index) => {
        const part = Math.max(0, Math.min(1, progress - index));
        const isCurrent = status === "processing" && Math.floor(progress) === index;
        return html`<span key=${index} class=${isCurrent ? "is-current" : null} style=${{ "--part": String(part) }}></span>`;
      })}
    </span>
  `;
}

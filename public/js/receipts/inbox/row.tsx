/** A row of the list. It is drawn again only when what it shows has changed. */

import { Component } from "preact";

import { UNKNOWN } from "../../format.ts";
import { Icon } from "../../parts/icon.tsx";
import { Thumb } from "../thumb.tsx";
import { QUARTERS, UNCONFIRMED } from "./row-model.ts";
import { t } from "../../words.ts";
import type { RowModel } from "./row-model.ts";

interface RowProps {
  model: RowModel;
  onRetry: (key: string) => void;
  onDismiss: (key: string) => void;
  onSelect: (key: string, isSelected: boolean) => void;
}

export class Row extends Component<RowProps> {
  shouldComponentUpdate({ model }: RowProps) {
    return Object.entries(model).some(
      ([name, value]) => this.props.model[name as keyof RowModel] !== value,
    );
  }

  render() {
    const { model, onRetry, onDismiss, onSelect } = this.props;
    const { key, title } = model;
    const onChange = (event: Event) =>
      onSelect(key, (event.currentTarget as HTMLInputElement).checked);
    return (
      <li
        class={model.isUnconfirmed ? "row is-unconfirmed" : "row"}
        data-status={model.status}
        data-key={key}
      >
        {model.isSelected !== null && (
          <label class="row-select">
            <input
              type="checkbox"
              checked={model.isSelected}
              aria-label={t`Select ${title}`}
              onChange={onChange}
            />
          </label>
        )}
        <a
          class="row-link"
          {...(model.href === null ? {} : { href: model.href })}
          title={model.isUnconfirmed ? UNCONFIRMED : undefined}
        >
          <span class="thumb">
            <Thumb key={model.picture ?? model.pdf} picture={model.picture} pdf={model.pdf} />
          </span>
          <span class="visually-hidden">{model.isUnconfirmed ? `${UNCONFIRMED}: ` : ""}</span>
          <span class="row-main">
            <span class="row-title">{title}</span>
            <span class="row-note" title={model.note}>
              {model.note}
            </span>
          </span>
          <span class={look("row-date", model.date)}>{model.date}</span>
          <span class="row-amount">
            <span class={look("row-total", model.amount)}>{model.amount}</span>
            <span class="row-base">{model.base}</span>
          </span>
          <span class="row-status">
            <Stages status={model.status} progress={model.progress} />
            <span class="pill" data-status={model.state}>
              {model.label}
            </span>
          </span>
        </a>
        <div class="row-actions">
          {model.canRetry && (
            <button type="button" class="button small" onClick={() => onRetry(key)}>
              Try again
            </button>
          )}
          {model.canDismiss && (
            <button
              type="button"
              class="icon-button"
              aria-label={t`Dismiss ${title}`}
              onClick={() => onDismiss(key)}
            >
              <Icon name="close" />
            </button>
          )}
          {model.href !== null && !model.canDismiss && <Icon name="right" />}
        </div>
      </li>
    );
  }
}

/** @param name of the class */
function look(name: string, text: string) {
  return text === UNKNOWN ? `${name} is-unknown` : name;
}

/** How far it has come: sending, then a quarter for each stage. */
function Stages({ status, progress }: Pick<RowModel, "status" | "progress">) {
  if (status !== "processing" && status !== "sending") return null;
  return (
    <span class="stages" aria-hidden="true">
      {Array.from({ length: QUARTERS }, (_, index) => {
        const part = Math.max(0, Math.min(1, progress - index));
        const isCurrent = status === "processing" && Math.floor(progress) === index;
        return (
          <span
            key={index}
            class={isCurrent ? "is-current" : undefined}
            style={{ "--part": String(part) }}
          />
        );
      })}
    </span>
  );
}

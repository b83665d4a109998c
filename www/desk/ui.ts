/** The small parts that views are put together from. */
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { hue, initial } from "./people";
import { icon, type IconName } from "./icons";

/** A button with an icon whose name is read out and shown as a tip. */
export function iconButton(
  name: IconName,
  label: string,
  act: () => void,
  options: { pressed?: boolean; expanded?: boolean; disabled?: boolean; tone?: string } = {},
): TemplateResult {
  return html`<button
    type="button"
    class="ghost ${options.tone ?? ""}"
    aria-label=${label}
    title=${label}
    aria-pressed=${options.pressed ?? nothing}
    aria-expanded=${options.expanded ?? nothing}
    ?disabled=${options.disabled ?? false}
    @click=${act}
  >${icon(name)}</button>`;
}

/** A choice; `value` undefined shows that those meant differ. */
export function select<T extends string>(
  label: string,
  value: T | undefined,
  options: readonly (readonly [T, string])[],
  change: (value: T) => void,
  mixed = "",
  hidden = false,
): TemplateResult {
  // A select shows what its `value` is set to only if that option is there already: hence `selected`.
  return html`<label class=${hidden ? "field bare" : "field"}>
    <span class=${hidden ? "visually-hidden" : ""}>${label}</span>
    <select aria-label=${label} @change=${(event: Event) => change((event.target as HTMLSelectElement).value as T)}>
      ${value === undefined ? html`<option value="" disabled .selected=${live(true)}>${mixed}</option>` : nothing}
      ${options.map(([key, text]) => html`<option value=${key} .selected=${live(key === value)}>${text}</option>`)}
    </select>
  </label>`;
}

/** A switch; `value` undefined shows that those meant differ. */
export function check(
  label: string,
  value: boolean | undefined,
  change: (value: boolean) => void,
): TemplateResult {
  return html`<label class="check">
    <input type="checkbox" class="switch" .checked=${live(value === true)} .indeterminate=${live(value === undefined)}
      @change=${(event: Event) => change((event.target as HTMLInputElement).checked)}>
    <span>${label}</span>
  </label>`;
}

/**
 * A text that takes effect when it is left or with the enter key. What is being typed is kept
 * while other things change.
 */
export function field(
  label: string,
  value: string | undefined,
  change: (value: string) => void,
  mixed = "",
): TemplateResult {
  return html`<label class="field">
    <span>${label}</span>
    <input type="text" spellcheck="false" autocomplete="off" placeholder=${value === undefined ? mixed : ""} .value=${value ?? ""}
      @change=${(event: Event) => change((event.target as HTMLInputElement).value.trim())}>
  </label>`;
}

/** The same for a number within limits, both included. */
export function numberField(
  label: string,
  value: number | undefined,
  [least, most, step]: readonly [number, number, number | "any"],
  change: (value: number) => void,
  mixed = "",
): TemplateResult {
  const onChange = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const number = Math.min(most, Math.max(least, Number(input.value) || 0));
    input.value = String(number);
    change(number);
  };
  return html`<label class="field">
    <span>${label}</span>
    <input type="number" min=${least} max=${most} step=${step} placeholder=${value === undefined ? mixed : ""} .value=${value?.toString() ?? ""} @change=${onChange}>
  </label>`;
}

/** The circle with the letter of a user. */
export function avatar(user: string): TemplateResult {
  return html`<span class="avatar" style="--hue:${hue(user)}" aria-hidden="true">${initial(user)}</span>`;
}

/** A user's name with a dot of its colour; of somebody whose phone has another name, that of the phone. */
export function chip(user: string, phone = user): TemplateResult {
  const also = phone === user ? nothing : html` <span class="soft">${phone}</span>`;
  return html`<span class="chip" style="--hue:${hue(phone)}" title=${user}><span>${user}</span>${also}</span>`;
}

export interface Tab<N extends string> {
  name: N;
  label: string;
  badge?: string | number;
  tone?: string;
}

/** Tabs: the arrow keys, home and end go from one to the next. */
export function tabs<N extends string>(
  label: string,
  list: readonly Tab<N>[],
  chosen: N,
  choose: (name: N) => void,
  panel: string,
): TemplateResult {
  const onKey = (event: KeyboardEvent): void => {
    // Where the key was pressed: what is chosen may not have been drawn yet.
    const { tab } = (event.target as HTMLElement).dataset;
    const index = list.findIndex(({ name }) => name === tab);
    const steps: Record<string, number> = {
      ArrowRight: index + 1,
      ArrowLeft: index - 1,
      Home: 0,
      End: list.length - 1,
    };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = list[(to + list.length) % list.length];
    if (!next) return;
    choose(next.name);
    const { parentElement } = event.target as HTMLElement;
    (parentElement?.querySelector(`[data-tab="${next.name}"]`) as HTMLElement | null)?.focus();
  };
  return html`<div class="tabs" role="tablist" aria-label=${label} @keydown=${onKey}>
    ${list.map(
      ({ name, label, badge, tone }) => html`<button
        type="button" role="tab" class="tab" id="tab-${name}" data-tab=${name}
        aria-selected=${name === chosen} aria-controls=${panel} tabindex=${name === chosen ? 0 : -1}
        @click=${() => choose(name)}
      >${label}${badge ? html` <span class="badge ${tone ?? ""}">${badge}</span>` : nothing}</button>`,
    )}
  </div>`;
}

/** The time of day with milliseconds. */
export function clock(time: number): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** A time span in milliseconds or seconds. */
export function span(time: number): string {
  return time < 1000
    ? `${Math.round(time)} ms`
    : time < 60_000
      ? `${(time / 1000).toFixed(2)} s`
      : `${Math.floor(time / 60_000)} min ${Math.round((time % 60_000) / 1000)} s`;
}

/** A size in bytes or more: 12.3 kB. */
export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** A bit rate in words: 1.2 Mb/s. */
export function rate(bitsPerSecond: number): string {
  if (bitsPerSecond < 1000) return `${Math.round(bitsPerSecond)} b/s`;
  if (bitsPerSecond < 1_000_000) return `${Math.round(bitsPerSecond / 1000)} kb/s`;
  return `${(bitsPerSecond / 1_000_000).toFixed(1)} Mb/s`;
}

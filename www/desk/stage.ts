/**
 * The phones and guests side by side. Their cards are made and dropped one by one, and never
 * moved: a frame that is put elsewhere in the document loads anew, and with it a call would end.
 * Only what is around a frame is drawn again.
 */
import { html, nothing, render } from "lit-html";
import { controls, quickControls } from "./controls";
import type { Desk, Guest } from "./desk";
import type { DeskPhone } from "./phone";
import { avatar, iconButton } from "./ui";
import { icon } from "./icons";
import { watchStart } from "./start";

/** Around the screen, in CSS pixels at the scale of the desk. */
const BEZEL = 9;
/** Header, controls below and spaces of a card. */
const AROUND = 114;
const GAP = 28;
/** Smaller is no use to anybody. */
const LEAST_SCALE = 0.3;
/** A guest's page, as far as there is room, and what it needs at least. */
const GUEST = { width: 420, height: 640, leastWidth: 300, leastHeight: 320 };

interface Card {
  root: HTMLElement;
  draw: () => void;
}

export class Stage {
  readonly #desk: Desk;
  readonly #root: HTMLElement;
  readonly #announce: (text: string) => void;
  #cards = new Map<DeskPhone | Guest, Card>();

  constructor(desk: Desk, root: HTMLElement, announce: (text: string) => void) {
    this.#desk = desk;
    this.#root = root;
    this.#announce = announce;
    new ResizeObserver(() => this.#fit()).observe(root);
    desk.bus.watch(["phones", "settings", "view", "server"], () => this.#draw());
  }

  #draw(): void {
    const { phones, guests } = this.#desk;
    const wanted = new Set<DeskPhone | Guest>([...phones, ...guests]);
    for (const [item, { root }] of this.#cards) {
      if (wanted.has(item)) continue;
      const focused = root.contains(document.activeElement);
      root.remove();
      this.#cards.delete(item);
      // The keyboard is not left in nowhere.
      if (focused) this.#root.focus();
    }
    for (const phone of phones) {
      if (!this.#cards.has(phone)) this.#add(phone, phoneCard(this.#desk, phone, this.#announce));
    }
    for (const guest of guests) {
      if (!this.#cards.has(guest)) this.#add(guest, guestCard(this.#desk, guest, this.#announce));
    }
    for (const { draw } of this.#cards.values()) draw();
    this.#root.setAttribute("aria-label", this.#desk.view.texts.phones);
    this.#root.classList.toggle("empty", wanted.size === 0);
    this.#root.dataset.empty = this.#desk.view.texts.empty;
    this.#fit();
  }

  #add(item: DeskPhone | Guest, card: Card): void {
    this.#cards.set(item, card);
    this.#root.append(card.root);
  }

  /** Scales the phones so that they are seen whole, and all of them as far as they stay useful. */
  #fit(): void {
    const { view, phones, guests } = this.#desk;
    const height = this.#root.clientHeight - AROUND - 2 * BEZEL;
    const open = phones.filter(({ id }) => view.hasControls(id)).length * 276;
    const guestWidth = Math.max(GUEST.leastWidth, Math.min(GUEST.width, this.#root.clientWidth * 0.36));
    const width =
      this.#root.clientWidth -
      2 * GAP -
      open -
      guests.length * (guestWidth + GAP) -
      (phones.length - 1) * GAP;
    const sizes = phones.map(({ size }) => size);
    const tallest = Math.max(...sizes.map(({ height }) => height), 1);
    const across = sizes.reduce((sum, { width }) => sum + width, 0) || 1;
    const byHeight = height / tallest;
    const byWidth = (width - phones.length * 2 * BEZEL) / across;
    const scale =
      view.zoom === "fit"
        ? Math.min(1, Math.max(LEAST_SCALE, Math.min(byHeight, Math.max(byWidth, byHeight * 0.6))))
        : Number(view.zoom) / 100;
    this.#root.style.setProperty("--scale", scale.toFixed(4));
    this.#root.style.setProperty(
      "--guest-height",
      `${Math.max(GUEST.leastHeight, Math.min(GUEST.height, height + 40))}px`,
    );
    this.#root.style.setProperty("--guest-width", `${guestWidth}px`);
  }
}

function phoneCard(desk: Desk, phone: DeskPhone, announce: (text: string) => void): Card {
  const root = element("section", "card phone-card");
  const header = root.appendChild(element("header", "card-header"));
  const body = root.appendChild(element("div", "card-body"));
  const column = body.appendChild(element("div", "card-phone"));
  const device = column.appendChild(element("div", "device"));
  const screen = device.appendChild(element("div", "screen"));
  screen.append(phone.frame);
  const cover = device.appendChild(element("div", "cover"));
  const aside = body.appendChild(element("aside", "card-controls"));
  const bar = column.appendChild(element("div", "quick"));
  root.dataset.phone = phone.id;
  watchStart(desk, phone);

  const draw = (): void => {
    const t = desk.view.texts;
    const { settings } = phone;
    const user = settings.user.id;
    const name = t.phone(user);
    root.setAttribute("aria-label", name);
    phone.frame.title = name;
    const { width, height } = phone.size;
    root.style.setProperty("--w", String(width));
    root.style.setProperty("--h", String(height));
    device.classList.toggle("flat", settings.device.statusBarHeight < 30);
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", name);
    const open = desk.view.hasControls(phone.id);
    render(
      html`${avatar(user)}
        <div class="card-title">
          <h2>${user}</h2>
          <span class="route" title=${phone.route}>${phone.route || settings.device.model}</span>
        </div>
        ${
          phone.errors
            ? html`<button type="button" class="badge error" aria-label=${t.errorsCount(phone.errors)} title=${t.errorsCount(phone.errors)}
              @click=${() => desk.view.set({ panel: "console", open: true })}>${phone.errors}</button>`
            : nothing
        }
        <span class="spacer"></span>
        ${iconButton("controls", t.controls, () => desk.view.toggleControls(phone.id), { expanded: open })}
        ${iconButton("close", t.remove(name), () => {
          desk.removePhone(phone.id);
          announce(t.removed(name));
        })}`,
      header,
    );
    render(quickControls(desk, phone), bar);
    aside.hidden = !open;
    render(open ? controls(desk, [phone], user) : nothing, aside);
    render(
      phone.state === "silent"
        ? html`<div class="notice" role="alert">${icon("warning")}
            <strong>${t.notStarted}</strong><p>${t.notStartedHint}</p>
            <button type="button" class="primary" @click=${() => phone.reload()}>${t.loadAgain}</button></div>`
        : nothing,
      cover,
    );
    cover.hidden = phone.state !== "silent";
  };
  return { root, draw };
}

function guestCard(desk: Desk, guest: Guest, announce: (text: string) => void): Card {
  const root = element("section", "card guest-card");
  const header = root.appendChild(element("header", "card-header"));
  const body = root.appendChild(element("div", "card-body"));
  body.append(guest.frame);
  const draw = (): void => {
    const t = desk.view.texts;
    const name = t.web(guest.user);
    root.setAttribute("aria-label", name);
    guest.frame.title = name;
    render(
      html`${avatar(guest.user)}
        <div class="card-title"><h2>${guest.user}</h2><span class="route">${t.webBadge}</span></div>
        <span class="spacer"></span>
        ${iconButton("close", t.remove(name), () => {
          desk.removeGuest(guest.id);
          announce(t.removed(name));
        })}`,
      header,
    );
  };
  return { root, draw };
}

function element(tag: string, className: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  return element;
}

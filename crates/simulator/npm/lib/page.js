// A page of a mini-program and its elements, as a test has them. Names are those of miniprogram-automator.

/** An element of a page. */
export class Element {
  #phone;
  #handle;

  constructor(phone, handle) {
    this.#phone = phone;
    this.#handle = handle;
  }

  /** Playwright's handle of it. */
  get handle() {
    return this.#handle;
  }

  /** The first element in it that a selector finds. In a custom component: of its template. */
  async $(selector) {
    return (await this.$$(selector))[0] ?? null;
  }

  async $$(selector) {
    return find(this.#phone, selector, this.#handle);
  }

  /** Its tag in the template. */
  async tagName() {
    return (await this.#describe()).tag;
  }

  /** What its `data-` attributes hold. */
  async dataset() {
    return (await this.#describe()).dataset;
  }

  /** A property, as the template has set it. */
  async property(name) {
    return (await this.#describe()).properties[name];
  }

  /** What a user reads in it. */
  text() {
    return this.#handle.innerText();
  }

  /** What a field holds. */
  async value() {
    const field = await this.#field();
    return field ? field.inputValue() : this.property("value");
  }

  /** A property of its style, as the browser has worked it out. */
  style(name) {
    return this.#handle.evaluate(
      (element, property) => getComputedStyle(element).getPropertyValue(property),
      name,
    );
  }

  async size() {
    const { width, height } = await this.#box();
    return { width, height };
  }

  /** Where it is on the phone, in CSS pixels. */
  async offset() {
    const { x, y } = await this.#box();
    return { left: x, top: y };
  }

  /** Taps it as a user does: it has to be in sight, still, and not covered. */
  tap() {
    return this.#handle.click();
  }

  longpress() {
    return this.#handle.click({ delay: 500 });
  }

  /** Types into a field in place of what it holds. */
  async input(text) {
    const field = await this.#field();
    if (!field) throw new Error(`<${await this.tagName()}> is no field`);
    await field.fill(String(text));
  }

  /** Lets it tell an event, as if its component had. */
  async trigger(type, detail = {}) {
    await this.#handle.evaluate(
      (element, [name, what]) => window.phone.trigger(element, name, what),
      [type, detail],
    );
  }

  /** Calls a method of a custom component; what it returns. */
  callMethod(name, ...args) {
    return this.#handle.evaluate(
      (element, [method, rest]) => window.phone.callMethod(element, method, ...rest),
      [name, args],
    );
  }

  #describe() {
    return this.#handle.evaluate((element) => window.phone.describe(element));
  }

  #box() {
    return this.#handle.evaluate((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x, y, width, height };
    });
  }

  #field() {
    return this.#handle.$("input, textarea");
  }
}

/** A page of the stack. It stays the same page while others are opened above it. */
export class Page {
  #phone;
  #page;

  /** `page` is a handle of the page's instance. */
  constructor(phone, page, { path, query }) {
    this.#phone = phone;
    this.#page = page;
    Object.assign(this, { path, query });
  }

  /** The first element of its template that a selector finds, or null. The page has to be on top. */
  async $(selector) {
    return (await this.$$(selector))[0] ?? null;
  }

  async $$(selector) {
    await this.#onTop();
    return find(this.#phone, selector);
  }

  /** Its data, or what is at a path of it: `members[0].name`. */
  data(path = "") {
    return this.#page.evaluate(
      (page, keys) => keys.reduce((value, key) => value?.[key], page.data),
      parts(path),
    );
  }

  /** Calls `setData`, and waits until it shows. */
  setData(change) {
    return this.#page.evaluate(
      (page, data) => new Promise((done) => page.setData(data, () => done())),
      change,
    );
  }

  /** Calls a method of the page; what it returns. */
  callMethod(name, ...args) {
    return this.#page.evaluate(
      (page, [method, rest]) => {
        if (typeof page[method] !== "function") throw new Error(`the page has no method ${method}`);
        return page[method](...rest);
      },
      [name, args],
    );
  }

  /**
   * Waits for a time in milliseconds; until a selector finds an element; or until a function, which runs in the
   * test and is asked again and again, returns something true.
   */
  async waitFor(condition, { timeout = 10_000 } = {}) {
    if (typeof condition === "number") return new Promise((done) => setTimeout(done, condition));
    const holds = typeof condition === "function" ? condition : () => this.$(condition);
    for (const since = Date.now(); ; await new Promise((done) => setTimeout(done, 50))) {
      const value = await holds();
      if (value) return value;
      if (Date.now() - since > timeout) throw new Error(`waited ${timeout} ms for ${condition}`);
    }
  }

  async #onTop() {
    const isOnTop = await this.#page.evaluate((page) => getCurrentPages().at(-1) === page);
    if (!isOnTop) throw new Error(`the page ${this.path} is not on top`);
  }
}

async function find(phone, selector, within) {
  const list = await phone.frame.evaluateHandle(
    ([css, element]) => window.phone.elements(css, element ?? undefined),
    [selector, within ?? null],
  );
  const properties = await list.getProperties();
  return [...properties.values()]
    .map((handle) => handle.asElement())
    .filter(Boolean)
    .map((handle) => new Element(phone, handle));
}

/** The keys of a path: `a.b[0]`. */
function parts(path) {
  return path.split(/[.[\]]+/).filter(Boolean);
}

// Small helpers to make and change elements.

/** Makes an element. `properties` are attributes, except `on…` listeners, `text` and `html`. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "text") element.textContent = value;
    else if (name === "html") element.innerHTML = value;
    else setAttribute(element, name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

/** Sets an attribute if it differs; `null`, `undefined` and `false` remove it. */
export function setAttribute(element, name, value) {
  if (value == null || value === false) {
    element.removeAttribute(name);
    return;
  }
  const text = value === true ? "" : String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/** Sets an element's text if it differs. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** The element of a `data-testid`. */
export function byId(id, root = document) {
  return root.querySelector(`[data-testid="${id}"]`);
}

// tt.showToast as the platform's app draws it: a short message over the page.

import { h } from "./dom.js";
import { icon } from "./icons.js";

const shown = new Map();

/**
 * Shows `title` for `duration` milliseconds; failures, which ask for something to be done, longer
 * by default. The same title is not shown twice at once.
 */
export function showToast({ title, icon: kind = "success", duration, success, complete }) {
  clearTimeout(shown.get(title)?.timer);
  shown.get(title)?.element.remove();

  const fail = kind === "fail";
  const element = h(
    "div",
    { class: "toast", role: fail ? "alert" : "status", "data-testid": "toast", "data-icon": kind },
    h("span", { class: "toast-icon", html: icon(fail ? "fail" : kind === "success" ? "success" : "info") }),
    h("span", { text: title }),
  );
  const close = () => {
    clearTimeout(shown.get(title)?.timer);
    shown.delete(title);
    element.remove();
  };
  element.addEventListener("click", close);
  document.querySelector(".toasts").append(element);
  shown.set(title, { element, timer: setTimeout(close, duration ?? (fail ? 6000 : 1800)) });

  const result = { errMsg: "showToast:ok" };
  queueMicrotask(() => (success?.(result), complete?.(result)));
}

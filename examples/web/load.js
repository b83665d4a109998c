// Loads tt-rtc, or says on the page why it cannot be loaded.

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** The library, ready for use; never settles when it cannot be had, as the page can do nothing. */
export async function loadLibrary() {
  try {
    const library = await import("/pkg/index.js");
    await library.default();
    return library;
  } catch (error) {
    console.error(error);
    showFailure(
      "The call cannot start",
      "The library, or its WebAssembly, could not be loaded. Build it with “cargo xtask build”, or open this page through “cargo xtask web”.",
      error,
    );
    return new Promise(() => {});
  }
}

/** Puts a message in the place of the whole page. */
export function showFailure(title, advice, error) {
  const retry = h("button", {
    class: "primary",
    type: "button",
    text: "Try again",
    onclick: () => location.reload(),
  });
  document.body.replaceChildren(
    h(
      "main",
      { class: "failure", role: "alert", "data-testid": "load-error" },
      h("span", { class: "failure-icon", html: icon("fail") }),
      h("h1", { text: title }),
      h("p", { text: advice }),
      h("pre", { text: String(error?.message ?? error) }),
      retry,
    ),
  );
}

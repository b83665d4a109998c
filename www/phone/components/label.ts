/** `label`: a tap on it is one on its control, whose name it is to a screen reader. */
import { builtIn, builtInOf, type Body } from "./support/builtin";

const defaults = { for: "" };

let count = 0;

export const label = builtIn("label", defaults, (self) => {
  const { host, component, props } = self;
  let observer: MutationObserver | undefined;

  function control(): { element: HTMLElement; activate: NonNullable<Body["activate"]> } | undefined {
    const meant = props.for && component.ownerShadowRoot?.getElementById(props.for)?.$$;
    for (const element of meant
      ? [meant as unknown as HTMLElement]
      : host.querySelectorAll<HTMLElement>("*")) {
      const activate = builtInOf(element)?.body.activate;
      if (activate) return { element, activate };
    }
    return undefined;
  }

  host.addEventListener("click", (event) => {
    // What is tapped in the label and does something by itself is not tapped for the label's control.
    for (let at = event.target as Node | null; at && at !== host; at = at.parentNode) {
      if (builtInOf(at)?.body.activate) return;
    }
    control()?.activate();
  });

  function name(): void {
    const element = control()?.element;
    // Inputs have their control inside, and ids only reach within one tree: it is all one tree here.
    const named = element?.querySelector(":scope > input, :scope > textarea") ?? element;
    if (!named || named.hasAttribute("aria-label") || named.hasAttribute("aria-labelledby")) return;
    host.id ||= `tt-label-${++count}`;
    named.setAttribute("aria-labelledby", host.id);
  }

  return {
    attached() {
      observer = new MutationObserver(name);
      observer.observe(host, { childList: true, subtree: true });
      // A control named by `for` may come after its label.
      queueMicrotask(name);
    },
    detached() {
      observer?.disconnect();
    },
  };
});

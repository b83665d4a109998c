/** The one toast of a phone; `loading` is a toast that stays. */
import type { Phone } from "../phone";
import { dress, element } from "./dialog";

export type Icon = "success" | "loading" | "none" | "fail";

const DRAWINGS: Record<Exclude<Icon, "none">, string> = {
  success: `<path d="M8 19l8 8 14-16"/>`,
  fail: `<path d="M10 10l16 16M26 10L10 26"/>`,
  loading: `<path class="turn" style="transform-origin:center" d="M18 4a14 14 0 1 1-14 14"/>`,
};

let hide = (): void => {};

/** Shows text in place of what is shown; `duration` in milliseconds, infinite until hidden. */
export function showToast(phone: Phone, title: string, icon: Icon, duration: number, mask: boolean): void {
  hide();
  const toast = element("div", `tt-ui tt-ui-toast${icon === "none" ? "" : " with-icon"}`);
  if (icon !== "none")
    toast.innerHTML = `<svg viewBox="0 0 36 36" aria-hidden="true">${DRAWINGS[icon]}</svg>`;
  toast.append(title);
  toast.setAttribute("role", icon === "fail" ? "alert" : "status");
  const shown = mask ? [element("div", "tt-ui tt-ui-mask"), toast] : [toast];
  const removes = shown.map((each) => {
    // Above dialogues that are open, as on the platform, and never closed by a touch elsewhere.
    each.popover = "manual";
    const remove = dress(phone, each);
    each.showPopover();
    return remove;
  });
  const timer = Number.isFinite(duration) ? setTimeout(() => hide(), duration) : undefined;
  hide = () => {
    clearTimeout(timer);
    for (const remove of removes) remove();
    hide = () => {};
  };
}

/** Hides what is shown, if anything is. */
export function hideToast(): void {
  hide();
}

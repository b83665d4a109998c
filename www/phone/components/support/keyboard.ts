/** The keyboard of a browser on a touch screen: it makes the visual viewport smaller. A desk has none to show. */

/** In pixels. */
export function keyboardHeight(): number {
  const { height, scale } = globalThis.visualViewport ?? { height: innerHeight, scale: 1 };
  return Math.max(0, Math.round(innerHeight - height * scale));
}

/** Tells of each change of its height. */
export function watchKeyboard(told: (height: number) => void): void {
  let height = 0;
  globalThis.visualViewport?.addEventListener("resize", () => {
    const now = keyboardHeight();
    if (now !== height) told((height = now));
  });
}

/** `textarea`: lines of text, which may grow with them. */
import { builtIn } from "./support/builtin";
import { h, setAttribute } from "./support/dom";
import { textControl, textDefaults } from "./support/text-control";

const defaults = {
  ...textDefaults,
  confirmType: "return",
  autoHeight: false,
  disableDefaultPadding: true,
  showConfirmBar: true,
  fixed: false,
};

export const textarea = builtIn("textarea", defaults, (self) => {
  const { host, props } = self;
  const control = h("textarea", { rows: 1 });
  let lines = 0;

  const confirms = (event: KeyboardEvent) =>
    event.key === "Enter" && !event.shiftKey && props.confirmType !== "return";
  const body = textControl(self, control, confirms, measure);

  /** Counts the lines of the text, and makes the component as high as they are where it is to be. */
  function measure(): void {
    if (!host.isConnected) return;
    control.style.height = "0";
    const height = control.scrollHeight;
    control.style.height = "";
    const style = getComputedStyle(control);
    const lineHeight = parseFloat(style.lineHeight) || parseFloat(style.fontSize) * 1.2;
    self.style(props.autoHeight ? `height:${height}px !important` : "");
    const count = Math.max(1, Math.round(height / lineHeight));
    if (count === lines) return;
    const first = lines === 0;
    lines = count;
    if (first) return;
    self.emit("linechange", { height, heightRpx: (height * 750) / innerWidth, lineCount: count });
  }

  return {
    ...body,
    update(changed) {
      setAttribute(host, "auto-height", props.autoHeight);
      body.update?.(changed);
      if (changed.has("autoHeight")) measure();
    },
  };
});

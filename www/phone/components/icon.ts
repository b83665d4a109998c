/** `icon`: the platform's drawings. */
import { builtIn } from "./support/builtin";
import { drawing } from "./support/dom";

const defaults = { type: "", size: 24 as number | string, color: "" };

const GREEN = "#09bb07";
const BLUE = "#10aeff";
const RED = "#f43530";
const GREY = "#b2b2b2";
const DISC = "M12 1a11 11 0 1 0 0 22a11 11 0 1 0 0-22z";

/** By type: the colour, what is filled, and what is drawn over it in white or, without a disc, alone. */
const ICONS: Readonly<Record<string, { color: string; fill?: string; line: string }>> = {
  success: { color: GREEN, fill: DISC, line: "M6.5 12.5l3.5 3.5l7.5-8" },
  success_no_circle: { color: GREEN, line: "M4 12.5l5.5 5.5l11-12" },
  info: { color: BLUE, fill: DISC, line: "M12 10.5v7M12 6.4v.2" },
  warn: { color: RED, fill: DISC, line: "M12 6v8M12 17.4v.2" },
  waiting: { color: BLUE, fill: DISC, line: "M12 6v6.5h5" },
  cancel: { color: RED, fill: DISC, line: "M8 8l8 8M16 8l-8 8" },
  download: { color: GREEN, fill: DISC, line: "M12 6v10M8 12.5l4 4l4-4M7.5 18.5h9" },
  search: { color: GREY, line: "M10.5 3.5a7 7 0 1 0 0 14a7 7 0 1 0 0-14zM15.8 15.8l5 5" },
  clear: { color: GREY, fill: DISC, line: "M8 8l8 8M16 8l-8 8" },
};

export const icon = builtIn("icon", defaults, (self) => ({
  update() {
    const { host, props } = self;
    const icon = ICONS[props.type];
    host.replaceChildren();
    self.style(`width:${Number(props.size) || 24}px;height:${Number(props.size) || 24}px`);
    if (!icon) return;
    host.setAttribute("role", "img");
    host.setAttribute("aria-label", props.type.replaceAll("_", " "));
    const svg = icon.fill ? drawing(icon.fill, icon.line) : drawing(icon.line);
    svg.style.color = props.color || icon.color;
    svg.toggleAttribute("filled", icon.fill !== undefined);
    host.append(svg);
  },
}));

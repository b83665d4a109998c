/** `progress`: a bar that may take its time. */
import { builtIn } from "./support/builtin";
import { h } from "./support/dom";

const defaults = {
  percent: 0,
  strokeWidth: 6 as string | number,
  activeColor: "",
  color: "",
  backgroundColor: "#ebebeb",
  active: false,
  activeMode: "backwards",
  /** Milliseconds for each percent. */
  duration: 30,
};

export const progress = builtIn("progress", defaults, (self) => {
  const { host, props } = self;
  const bar = h("div");
  const track = h("div", {}, bar);
  let running: Animation | undefined;
  let reached = 0;
  host.setAttribute("role", "progressbar");
  host.setAttribute("aria-valuemin", "0");
  host.setAttribute("aria-valuemax", "100");
  host.append(track);

  function move(percent: number): void {
    const from = props.activeMode === "forwards" ? reached : 0;
    running?.cancel();
    running = undefined;
    bar.style.width = `${percent}%`;
    reached = percent;
    if (!props.active || percent === from) return;
    running = bar.animate([{ width: `${from}%` }, { width: `${percent}%` }], {
      duration: Math.abs(percent - from) * Math.max(0, props.duration),
    });
    running.onfinish = () => self.emit("activeend", { curPercent: percent });
  }

  return {
    update(changed) {
      const percent = Math.min(100, Math.max(0, props.percent));
      track.style.height = `${Number(props.strokeWidth) || 6}px`;
      track.style.background = props.backgroundColor;
      bar.style.background = props.activeColor || props.color || "#f85959";
      host.setAttribute("aria-valuenow", String(percent));
      if (changed.has("percent") || changed.has("active")) move(percent);
    },
  };
});

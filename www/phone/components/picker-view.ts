/** `picker-view` and its columns: wheels in a page. */
import { builtIn } from "./support/builtin";
import { classes, pixels, ownCss } from "./support/css";
import { h } from "./support/dom";
import { Wheel } from "./support/wheel";

const defaults = {
  value: [] as unknown[],
  indicatorStyle: "",
  indicatorClass: "",
  maskStyle: "",
  maskClass: "",
  immediateChange: false,
  name: "",
};

/** What a column tells its view. */
interface View {
  start(): void;
  release(): void;
  end(changed: boolean): void;
  joined(column: HTMLElement): void;
  dress(indicator: HTMLElement, mask: HTMLElement): void;
}
const views = new WeakMap<Element, View>();
const wheels = new WeakMap<Element, Wheel>();

export const pickerView = builtIn("picker-view", defaults, (self) => {
  const { host, props, component } = self;
  let told = "";
  const columns = () => [...host.children].flatMap((child) => wheels.get(child) ?? []);
  const value = (row: (wheel: Wheel) => number = (wheel) => wheel.index) => columns().map(row);

  function raise(now: number[]): void {
    if (told === String(now)) return;
    told = String(now);
    self.emit("change", { value: now });
  }
  function select(): void {
    columns().forEach((wheel, index) => wheel.select(Number(props.value[index]) || 0));
    told = String(value());
  }
  function dress(indicator: HTMLElement, mask: HTMLElement): void {
    indicator.style.cssText = ownCss(self.component, props.indicatorStyle);
    indicator.className = `tt-wheel-indicator ${classes(component, props.indicatorClass)}`;
    mask.style.cssText = ownCss(self.component, props.maskStyle);
    mask.className = `tt-wheel-mask ${classes(component, props.maskClass)}`;
  }

  views.set(host, {
    start: () => self.emit("pickstart", { value: value() }),
    release: () => props.immediateChange && raise(value((wheel) => wheel.nearest)),
    end() {
      raise(value());
      self.emit("pickend", { value: value() });
    },
    joined(column) {
      const index = [...host.children].filter((child) => wheels.has(child)).indexOf(column);
      wheels.get(column)?.select(Number(props.value[index]) || 0);
      told = String(value());
    },
    dress,
  });

  return {
    field: { value: () => value(), reset: select },
    update(changed) {
      for (const child of host.children) {
        const [mask, indicator] = [...child.children].slice(1) as HTMLElement[];
        if (mask && indicator && wheels.has(child)) dress(indicator, mask);
      }
      if (changed.has("value")) select();
    },
  };
});

export const pickerViewColumn = builtIn("picker-view-column", {}, ({ host }) => {
  const view = () => (host.parentElement ? views.get(host.parentElement) : undefined);
  const wheel = new Wheel({
    start: () => view()?.start(),
    release: () => view()?.release(),
    end: (changed) => view()?.end(changed),
  });
  const mask = h("div", { "aria-hidden": "true" });
  const indicator = h("div", { "aria-hidden": "true" });
  wheels.set(host, wheel);
  host.append(wheel.element, mask, indicator);
  let observers: { disconnect(): void }[] = [];

  /** Rows are as high as the indicator, and were perhaps not there when the column came. */
  function settle(): void {
    const height = indicator.offsetHeight || pixels(34);
    host.firstElementChild?.setAttribute("style", `--row:${height}px`);
    view()?.joined(host);
  }

  return {
    slot: wheel.rows,
    attached() {
      view()?.dress(indicator, mask);
      const rows = new MutationObserver(settle);
      rows.observe(wheel.rows, { childList: true });
      const size = new ResizeObserver(settle);
      size.observe(indicator);
      size.observe(host);
      observers = [rows, size];
    },
    detached() {
      for (const observer of observers) observer.disconnect();
    },
  };
});

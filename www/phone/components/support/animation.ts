/** Plays what `tt.createAnimation` exports, on the element of a component that has it as `animation`. */

/** What a component is given. */
export interface ExportedAnimation {
  actions: {
    animates?: { type: string; args: unknown[] }[];
    option?: {
      transformOrigin: string;
      transition: { duration: number; timingFunction: string; delay: number };
    };
  }[];
}

/** Numbers mean degrees in a rotation and pixels in a translation. */
function transformOf({ type, args }: { type: string; args: unknown[] }): string {
  const last = args.length - 1;
  const values = args.map((value, index) => {
    if (typeof value !== "number") return String(value);
    if (type.startsWith("translate")) return `${value}px`;
    if (type.startsWith("skew") || (type.startsWith("rotate") && (type !== "rotate3d" || index === last)))
      return `${value}deg`;
    return String(value);
  });
  return `${type}(${values.join()})`;
}

/** The plays under way, by element: a new one replaces the old. */
const plays = new WeakMap<HTMLElement, () => void>();

/** Plays an exported animation on an element; each step goes on from where the one before ended. */
export function play(element: HTMLElement, { actions }: ExportedAnimation): void {
  plays.get(element)?.();
  let timer: ReturnType<typeof setTimeout> | undefined;
  plays.set(element, () => clearTimeout(timer));
  const step = (index: number): void => {
    const action = actions[index];
    // An animation that was not exported, as component sets begin with one, moves nothing.
    if (!action?.option || !action.animates) return;
    const { transformOrigin, transition } = action.option;
    const { style } = element;
    // The style as it stands must have been drawn, or there is nothing to go from.
    void element.offsetWidth;
    style.transition = `all ${transition.duration}ms ${transition.timingFunction} ${transition.delay}ms`;
    style.transformOrigin = transformOrigin;
    const transforms = action.animates.filter(({ type }) => type !== "style").map(transformOf);
    if (transforms.length > 0) style.transform = transforms.join(" ");
    for (const { type, args } of action.animates)
      if (type === "style") style.setProperty(String(args[0]), String(args[1]));
    timer = setTimeout(() => step(index + 1), transition.duration + transition.delay);
  };
  step(0);
}

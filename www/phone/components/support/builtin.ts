/**
 * How a built-in component is made: its attributes with their defaults, and a function that fills
 * the element and says what happens when an attribute changes.
 *
 *     export const progress = builtIn("progress", { percent: 0 }, (self) => {
 *       const bar = h("div");
 *       self.host.append(bar);
 *       return { update: () => { bar.style.width = `${self.props.percent}%`; } };
 *     });
 *
 * To glass-easel each is an external component: an element whose inside is ours, with one place,
 * `slot`, for the children that a page gives it. That costs less than a shadow tree, and no part of
 * the inside can be met by a page's selectors or events.
 */
import { Component, DeepCopyKind } from "glass-easel";
import type {
  ComponentSpace,
  DataChange,
  ExternalShadowRoot,
  GeneralBackendElement,
  GeneralComponent,
  GeneralComponentDefinition,
  templateEngine,
} from "glass-easel";
import type { Phone } from "../../phone";
import { type ExportedAnimation, play } from "./animation";

/** What every built-in component takes, beside what the runtime does for all elements. */
const COMMON = {
  hidden: false,
  role: "",
  ariaRole: "",
  ariaLabel: "",
  ariaHidden: false,
  animation: undefined as unknown,
};

/** Attributes by their name in camel case, with their defaults; a default also tells the type. */
export type Defaults = Record<string, unknown>;

/** What attributes are after conversion. `undefined` as a default takes any value as it is. */
export type Values<D extends Defaults> = { readonly [K in keyof D]: D[K] };

/** Which attributes changed. */
export interface Changed<D extends Defaults> {
  has(name: keyof D): boolean;
}

/** A component in a page, as its own code sees it. */
export interface BuiltIn<D extends Defaults = Defaults> {
  readonly phone: Phone;
  /** The element of the page, `<tt-…>`. */
  readonly host: HTMLElement;
  readonly component: GeneralComponent;
  readonly props: Values<D & typeof COMMON>;
  /** Raises an event at the page. `returned` is given what a handler returns. */
  emit(name: string, detail?: unknown, returned?: (value: unknown) => void): void;
  /** CSS declarations on the host that win over those of the page. */
  style(declarations: string): void;
  /** The address of a file that an attribute names: a relative path starts at the file of its template. */
  url(path: string): string;
}

/** What a component does. */
export interface Body<D extends Defaults = Defaults> {
  /** Where the page's children go; the host by default. */
  slot?: HTMLElement;
  /** Called once before the component is in the page, for all attributes, then after changes. */
  update?(changed: Changed<D>): void;
  attached?(): void;
  detached?(): void;
  /** Makes it part of a form: what is submitted under its `name`. */
  field?: { value(): unknown; reset(): void };
  /** What a tap on its label does. */
  activate?(): void;
  /** Of a radio or checkbox: what its group asks and says. */
  member?: { checked(): boolean; value(): string; set(checked: boolean): void };
  /** Of a group: told when the user changed one of its members. */
  group?: { changed(member: HTMLElement): void };
  /** Of a form: told by its buttons. */
  form?: { submit(button: GeneralComponent): void; reset(): void };
}

/** A component that can be put into a space. */
export interface Definition {
  readonly tag: string;
  /** As they are written in a template. */
  readonly attributes: readonly string[];
  define(space: ComponentSpace, phone: Phone): GeneralComponentDefinition;
}

/** Where an element keeps the built-in component that it is. A property costs less than a WeakMap. */
const INSTANCE = Symbol("built-in component");

/** The built-in component that an element is. */
export function builtInOf(element: Node): { self: BuiltIn; body: Body } | undefined {
  return (element as { [INSTANCE]?: Instance })[INSTANCE];
}

/** The nearest ancestor of an element that is a built-in component with this tag. */
export function ancestor(element: Element, tag: string): { self: BuiltIn; body: Body } | undefined {
  const found = element.parentElement?.closest(`tt-${tag}`);
  return found ? builtInOf(found) : undefined;
}

/** The built-in components below an element that have one of these tags, in the order of the page. */
export function descendants(element: Element, ...tags: string[]): { self: BuiltIn; body: Body }[] {
  const found = element.querySelectorAll(tags.map((tag) => `tt-${tag}`).join());
  return [...found].flatMap((each) => builtInOf(each) ?? []);
}

/** Defines a component; `make` is called once for each element of it. */
export function builtIn<D extends Defaults>(
  tag: string,
  defaults: D,
  make: (self: BuiltIn<D>) => Body<D>,
): Definition {
  const all = { ...COMMON, ...defaults };
  return {
    tag,
    attributes: Object.keys(defaults).map(kebab),
    define(space, phone) {
      const engine: templateEngine.TemplateEngine = {
        create: () => ({
          createInstance: (component) => new Instance(component, phone, all, make as (self: BuiltIn) => Body),
        }),
      };
      return space.defineComponent({
        is: `tt://${tag}`,
        options: {
          externalComponent: true,
          propertyEarlyInit: true,
          // Nobody but us sees the data of a built-in component, and we change none.
          dataDeepCopy: DeepCopyKind.None,
          templateEngine: engine,
        },
        // Any type: what a page gives is converted here, without the warnings of glass-easel.
        properties: Object.fromEntries(
          Object.entries(all).map(([name, value]) => [name, { type: null, value }]),
        ),
        lifetimes: {
          attached(this: GeneralComponent) {
            bodyOf(this)?.attached?.();
          },
          detached(this: GeneralComponent) {
            bodyOf(this)?.detached?.();
          },
        },
      }) as unknown as GeneralComponentDefinition;
    },
  };
}

/** One component of a page; to glass-easel the instance of its template. */
class Instance implements BuiltIn, templateEngine.TemplateInstance, ExternalShadowRoot {
  readonly host: HTMLElement;
  readonly props: BuiltIn["props"];
  slot: GeneralBackendElement;
  body: Body = NOTHING;

  constructor(
    readonly component: GeneralComponent,
    readonly phone: Phone,
    private readonly defaults: Defaults,
    private readonly make: (self: BuiltIn) => Body,
  ) {
    this.host = component.getBackendElement() as unknown as HTMLElement;
    this.slot = this.root;
    this.props = Object.create(defaults) as BuiltIn["props"];
    (this.host as { [INSTANCE]?: Instance })[INSTANCE] = this;
  }

  get self(): BuiltIn {
    return this;
  }

  get shadowRoot(): ExternalShadowRoot {
    return this;
  }

  get root(): GeneralBackendElement {
    return this.host as unknown as GeneralBackendElement;
  }

  emit(name: string, detail: unknown = {}, returned?: (value: unknown) => void): void {
    if (name === "input" || name === "change") this.write(detail as Record<string, unknown>);
    this.component.triggerEvent(name, detail, {
      handleListenerReturn: (value) => {
        returned?.(value);
      },
    });
  }

  style(declarations: string): void {
    this.component.setNodeStyle(declarations, OVER_THE_PAGES);
  }

  url(path: string): string {
    return this.phone.url(path, this.component.ownerShadowRoot?.getHostNode().is);
  }

  /** Gives what the user changed to the data that `model:` binds: before the event, whose handler reads it. */
  private write({ value, current }: Record<string, unknown>): void {
    const { _$modelBindingListener: bound } = Component.getDataProxy(this.component) as unknown as Bound;
    if (bound === null) return;
    bound.value?.(value);
    bound.checked?.(value);
    bound.current?.(current);
  }

  initValues(data: unknown): void {
    const given = data as Record<string, unknown>;
    for (const name in this.defaults) {
      if (given[name] !== this.defaults[name]) this.take(name, given[name]);
    }
    this.body = this.make(this);
    if (this.body.slot) this.slot = this.body.slot as unknown as GeneralBackendElement;
    this.update(EVERYTHING);
  }

  updateValues(data: unknown, changes: DataChange[]): void {
    const changed = new Set<string>();
    for (const [path] of changes) {
      const name = String(path[0]);
      this.take(name, (data as Record<string, unknown>)[name]);
      changed.add(name);
    }
    this.update(changed);
  }

  getIdMap(): Record<string, GeneralBackendElement> {
    return {};
  }

  handleEvent(): void {}

  setListener(): void {}

  private update(changed: Changed<Defaults>): void {
    const { host, props } = this;
    if (changed.has("hidden") && host.hidden !== props.hidden) host.hidden = props.hidden === true;
    this.body.update?.(changed);
    const animation = props.animation as ExportedAnimation | undefined;
    // The element has to be in the page before it can move.
    if (changed.has("animation") && Array.isArray(animation?.actions))
      requestAnimationFrame(() => play(host, animation));
    if (props.role !== "" || props.ariaRole !== "") {
      host.setAttribute("role", String(props.role || props.ariaRole));
    }
    if (props.ariaLabel !== "") host.setAttribute("aria-label", String(props.ariaLabel));
    if (props.ariaHidden) host.setAttribute("aria-hidden", "true");
  }

  /** Keeps what a page gave, or the default where it cannot be of the attribute's type. */
  private take(name: string, given: unknown): void {
    const value = convert(given, this.defaults[name]);
    const props = this.props as Record<string, unknown>;
    if (value === undefined) delete props[name];
    else props[name] = value;
  }
}

/** What glass-easel has for each attribute that a page gave with `model:`, and keeps to itself. */
interface Bound {
  _$modelBindingListener: Record<string, (value: unknown) => void> | null;
}

/** glass-easel's `StyleSegmentIndex.TEMP_EXTRA`; an enum that its package does not export as a value. */
export const OVER_THE_PAGES = 3;

const EVERYTHING: Changed<Defaults> = { has: () => true };
const NOTHING: Body = {};

function bodyOf(component: GeneralComponent): Body | undefined {
  const host = component.getBackendElement() as unknown as HTMLElement | null;
  return host ? builtInOf(host)?.body : undefined;
}

/** A value in the type of the default; `undefined` where there is none. */
function convert(given: unknown, standard: unknown): unknown {
  if (given === undefined || given === null) return undefined;
  switch (typeof standard) {
    case "boolean":
      return Boolean(given);
    case "number":
      return given !== "" && Number.isFinite(Number(given)) ? Number(given) : undefined;
    case "string":
      return String(given);
    default:
      return Array.isArray(standard) && !Array.isArray(given) ? undefined : given;
  }
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

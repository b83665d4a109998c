/**
 * `Page`, `Component` and `Behavior`: turns what the project's scripts hand over into glass-easel's
 * definitions, with their templates, styles and the components they use.
 */
import {
  DeepCopyKind,
  type ComponentSpace,
  type GeneralBehavior,
  type GeneralComponent,
  type template,
} from "glass-easel";
import type { SourcePosition } from "../../shared/bridge";
import { joinPath } from "../../shared/paths";
import type { ComponentEntry, Manifest } from "../../shared/project";
import { copy, isPlain } from "./data";
import { setRunningPage } from "./globals";
import { forgetIds, giveIds } from "./ids";
import { CREATED, Instance, prototypeWith, setOwn } from "./instance";
import type { Modules } from "./modules";
import { NODE } from "./node";
import { callerPosition } from "./positions";
import { provide, type Inject, type Provided } from "./provide";
import { SCOPES, type Styles } from "./styles";
import type { Templates } from "./templates";
import { mergeData, SLOW_BYTES, Transfer } from "./transfer";
import { giveView } from "./views";

type Method = (this: unknown, ...args: never[]) => unknown;
type Options = Record<string, unknown>;
/** What a script called for its page or component. */
interface Registration {
  kind: "page" | "component";
  options: Options;
  at: SourcePosition | null;
}
interface KnownBehavior {
  behavior: GeneralBehavior;
  /** Its `definitionFilter`, given the definition that uses it. */
  filter: ((definition: Options) => void) | undefined;
  /** Its definition behind those of the behaviors that it uses. */
  chain: readonly Options[];
  at: SourcePosition | null;
}

/** What definitions need of the phone. */
export interface DefinitionsHost {
  readonly space: ComponentSpace;
  readonly modules: Modules;
  readonly templates: Templates;
  readonly styles: Styles;
  manifest(): Manifest;
  failed(error: unknown, what: string): void;
  warn(message: string, at?: SourcePosition | null): void;
  /** A component came into the tree, or left it. */
  attached(node: GeneralComponent): void;
  detached(node: GeneralComponent): void;
}

export class Definitions {
  readonly #host: DefinitionsHost;
  readonly #registrations = new Map<string, Registration>();
  readonly #defined = new Set<string>();
  readonly #behaviors = new Map<string, KnownBehavior>();
  readonly #takesFunctions = new Map<string, boolean>();
  /** The page or component whose script runs. */
  #running: string | undefined;
  /** The scope of everything whose classes stand as they are: the app's and the pages' sheets. */
  readonly #sharedScope: number;
  readonly #base: GeneralBehavior;
  /** Of each component, what only it has: others name it in `relations`, maybe before it is loaded. */
  readonly #marks = new Map<string, GeneralBehavior>();

  constructor(host: DefinitionsHost, builtIn: Record<string, GeneralBehavior>) {
    this.#host = host;
    const { space } = host;
    this.#sharedScope = space.styleScopeManager.register("");
    space.setSharedStyleScope(this.#sharedScope);
    for (const [address, behavior] of Object.entries(builtIn)) {
      const known: KnownBehavior = { behavior, filter: undefined, chain: [], at: null };
      this.#behaviors.set(address, known);
      this.#behaviors.set(address.replace(/^tt:/, "wx:"), known);
    }
    this.#base = space.defineBehavior({
      is: "tt://base",
      lifetimes: {
        created(this: unknown) {
          giveView((this as Instance)[NODE]);
        },
        /** `tt:ref`: the method that is given the component once it is there. */
        workletChange(this: unknown, name: string, method: unknown) {
          if (name === "ref") refs.set((this as Instance)[NODE], String(method));
        },
        attached(this: unknown) {
          const node = (this as Instance)[NODE];
          host.attached(node);
          const method = refs.get(node);
          if (method !== undefined) giveRef(node, method, host.warn);
        },
        detached(this: unknown) {
          forgetIds(this as Instance);
          host.detached((this as Instance)[NODE]);
        },
      },
    }) as unknown as GeneralBehavior;
  }

  /** `Page`, `Component` and `Behavior` for a module. */
  scope(path: string): {
    Page: (o: Options) => void;
    Component: (o: Options) => void;
    Behavior: (o: Options) => string;
  } {
    const owner = (): string | undefined => this.#ownerOf(path) ?? this.#running;
    const register = (kind: Registration["kind"]) => (options: Options) => {
      const name = owner();
      const call = kind === "page" ? "Page()" : "Component()";
      if (name === undefined) throw new Error(`${call} is called outside of a page or component`);
      if (typeof options !== "object" || options === null) {
        throw new TypeError(
          `${call} expects an object, but got ${options === null ? "null" : typeof options}`,
        );
      }
      if (this.#registrations.has(name))
        this.#host.warn(`"${name}" has a definition already: this ${call} replaces it`);
      this.#registrations.set(name, { kind, options: withInherited(options), at: callerPosition() });
    };
    return {
      Page: register("page"),
      Component: register("component"),
      Behavior: (options) => this.#behavior(options),
    };
  }

  /** The page or component and all that it uses, those first that use nothing. */
  needed(name: string): string[] {
    const { components } = this.#host.manifest();
    const order: string[] = [];
    const seen = new Set<string>();
    const visit = (at: string): void => {
      const entry = components[at];
      if (!entry || seen.has(at)) return;
      seen.add(at);
      for (const used of [...Object.values(entry.using), ...Object.values(entry.generics)]) {
        if (used !== null) visit(used);
      }
      order.push(at);
    };
    visit(name);
    return order;
  }

  /** Loads all that a page needs, so that `define` does not wait. */
  async load(name: string): Promise<void> {
    const { modules, templates, styles } = this.#host;
    const manifest = this.#host.manifest();
    const { components } = manifest;
    const names = this.needed(name).filter((each) => !this.#defined.has(each));
    const scripts = names.map((each) => components[each]?.script).filter((path) => typeof path === "string");
    await Promise.all([
      modules.load(scripts),
      ...names.map((each) => (components[each]?.template ? templates.load(each) : undefined)),
      ...names.map((each) => {
        const entry = components[each];
        return entry?.style ? styles.load(each, shares(entry, manifest.pages.includes(each))) : undefined;
      }),
    ]);
  }

  /** Defines a loaded page and all that it uses; the answer is when its styles are there. */
  async define(name: string): Promise<void> {
    const styles: Promise<void>[] = [];
    for (const each of this.needed(name)) {
      if (this.#defined.has(each)) continue;
      this.#defined.add(each);
      const entry = this.#host.manifest().components[each] as ComponentEntry;
      this.#run(each, entry);
      try {
        styles.push(this.#register(each, entry));
      } catch (error) {
        this.#host.failed(error, each);
      }
    }
    await Promise.all(styles);
  }

  /** Forgets what was defined: these scripts changed, and will run again; no others will. */
  forget(stale: ReadonlySet<string>): void {
    this.#defined.clear();
    this.#takesFunctions.clear();
    const { components } = this.#host.manifest();
    for (const name of this.#registrations.keys()) {
      const script = components[name]?.script;
      if (typeof script !== "string" || stale.has(script)) this.#registrations.delete(name);
    }
  }

  /** A page comes to the top. */
  shown(name: string): void {
    this.#host.styles.show(name);
  }

  /** The properties that a page made with `Component()` declares, by name. */
  propertyType(name: string, property: string): unknown {
    const declared = (this.#registrations.get(name)?.options.properties as Options | undefined)?.[property];
    return typeof declared === "object" && declared !== null && "type" in declared ? declared.type : declared;
  }

  /** Where a script called for a page, component or behavior. */
  placeOf(name: string): SourcePosition | null {
    return (this.#registrations.get(name) ?? this.#behaviors.get(`/${name}`))?.at ?? null;
  }

  /**
   * Whether functions are data of a page or component: it, or one of the project in its template, has a property of type
   * `Function`, or one of any type or of objects, which may have functions in them. Charts get what draws them so.
   */
  takesFunctions(name: string): boolean {
    const known = this.#takesFunctions.get(name);
    if (known !== undefined) return known;
    const definition = this.#host.space.getComponentByUrlWithoutDefault(`/${name}`, "");
    const all = definition ? [definition, ...definition.behavior.getComponentDependencies()] : [];
    const { components } = this.#host.manifest();
    const takes = all.some(({ is, behavior }) =>
      behavior.listProperties().some((property) => {
        const types = [
          behavior.getPropertyType(property),
          ...(behavior.getPropertyOptionalType(property) ?? []),
        ];
        return types.some(
          (type) => type === FUNCTION || (components[is] && MAY_HAVE_FUNCTIONS.includes(type)),
        );
      }),
    );
    this.#takesFunctions.set(name, takes);
    return takes;
  }

  #ownerOf(path: string): string | undefined {
    const { components } = this.#host.manifest();
    if (this.#running !== undefined && components[this.#running]?.script === path) return this.#running;
    return Object.keys(components).find((name) => components[name]?.script === path);
  }

  #run(name: string, entry: ComponentEntry): void {
    if (entry.script === null) return;
    const outer = this.#running;
    this.#running = name;
    setRunningPage(name);
    try {
      this.#host.modules.run(entry.script);
      if (!this.#registrations.has(name)) {
        const call = this.#host.manifest().pages.includes(name) ? "Page()" : "Component()";
        this.#host.warn(`the script of "${name}" does not call ${call}`, {
          file: entry.script,
          line: 1,
          column: 1,
        });
      }
    } catch (error) {
      this.#host.failed(error, name);
    } finally {
      this.#running = outer;
    }
  }

  async #register(name: string, entry: ComponentEntry): Promise<void> {
    const { space, templates } = this.#host;
    const registration = this.#registrations.get(name);
    const isPage = this.#host.manifest().pages.includes(name);
    for (const called of registration?.kind === "page" ? PAGE_LIFECYCLE : []) {
      const given = registration?.options[called];
      if (given !== undefined && given !== null && typeof given !== "function") {
        this.#host.warn(`${called} is a function, not ${kindOf(given)}: nothing calls it`, registration?.at);
      }
    }
    const { definition, fields } =
      registration?.kind === "page"
        ? fromPage(registration.options)
        : { definition: { ...registration?.options }, fields: {} };
    this.#filter(definition);
    const chain = this.#chainOf(definition);
    const options = object(definition.options);
    const { styleScope, extraStyleScope, ready } = this.#style(name, entry, isPage, options);
    let prototype: Instance | undefined;
    const builder = space.defineWithMethodCaller(name) as unknown as Builder;
    builder
      .methodCallerInit(function (this: GeneralComponent) {
        prototype ??= prototypeWith(this.getComponentDefinition().behavior.getMethods());
        const instance = Object.create(prototype) as Instance & { [NODE]: GeneralComponent };
        instance[NODE] = this;
        giveIds(instance, this);
        return instance;
      })
      .options({
        // Named slots need no option here, unlike elsewhere.
        multipleSlots: options.dynamicSlots !== true,
        dynamicSlots: options.dynamicSlots === true,
        virtualHost: options.virtualHost === true,
        pureDataPattern: withoutObserved(
          pattern(options.pureDataPattern ?? entry.json.pureDataPattern),
          chain,
        ),
        styleScope,
        extraStyleScope,
        writeFieldsToNode: false,
        writeIdToDOM: true,
        idPrefixGenerator: null,
        // The views of `views.ts` are the copies.
        dataDeepCopy: DeepCopyKind.None,
        propertyPassingDeepCopy: DeepCopyKind.Simple,
      })
      .usingComponents(
        Object.fromEntries(Object.entries(entry.using).map(([tag, used]) => [tag, `/${used}`])),
      )
      .generics(
        Object.fromEntries(
          Object.entries(entry.generics).map(([tag, used]) => [
            tag,
            used === null ? true : { default: `/${used}` },
          ]),
        ),
      )
      .template(templates.get(name))
      .init(function (this: Instance) {
        // Also over what instances have: Taro 1 gives its pages `properties`.
        for (const [name, value] of Object.entries(own(fields))) setOwn(this, name, value);
        const provides = chain.map((each) => each.provide).filter((each) => typeof each === "function");
        provide.start(
          this[NODE],
          provides.length > 0
            ? () => Object.assign({}, ...provides.map((each) => each.call(this) as Provided)) as Provided
            : undefined,
          chain.map(({ inject }) => inject as Inject | undefined).filter((each) => each !== undefined),
        );
      })
      .definition(this.#parts(definition, name, registration?.at ?? null))
      .registerComponent();
    await ready;
  }

  /** The parts of a definition as glass-easel takes them: of a component, or of a behavior, which has no name. */
  #parts(definition: Options, name: string | undefined, at: SourcePosition | null): Options {
    const lifetimes = withInherited(object(definition.lifetimes));
    for (const name of ["created", "attached", "ready", "moved", "detached", "error"]) {
      if (typeof definition[name] === "function") lifetimes[name] ??= definition[name];
    }
    const { created, ...others } = functions(lifetimes);
    return {
      behaviors: [
        ...(name === undefined ? [] : [this.#base, this.#mark(name)]),
        ...this.#behaviorsOf(definition),
      ],
      properties: this.#properties(definition.properties, at),
      ...(name === undefined ? {} : { data: () => this.#data(definition, name, at) }),
      methods: functions(definition.methods),
      observers: this.#observers(definition.observers, at),
      lifetimes: created ? { ...others, [CREATED]: created } : others,
      pageLifetimes: functions(definition.pageLifetimes),
      relations: this.#relations(definition.relations, name),
      externalClasses: Array.isArray(definition.externalClasses) ? definition.externalClasses : [],
    };
  }

  /** The data of a new instance: its own over that of its behaviors. */
  #data(definition: Options, name: string, at: SourcePosition | null): Options {
    const merged: Options = {};
    for (const { data } of this.#chainOf(definition)) {
      const own: unknown = typeof data === "function" ? data() : data;
      if (own !== undefined && own !== null && (!isObject(own) || Array.isArray(own)))
        this.#host.warn(`data is an object, not ${kindOf(own)}`, at);
      mergeData(merged, object(own));
    }
    const transfer = new Transfer("data", () => this.takesFunctions(name), Number.POSITIVE_INFINITY, true);
    const arrived: Options = {};
    for (const [key, value] of Object.entries(merged)) {
      try {
        const taken = transfer.take(key, value);
        if (taken !== undefined) arrived[key] = taken;
      } catch (error) {
        this.#host.failed(error, name);
      }
    }
    for (const loss of transfer.losses()) this.#host.warn(loss, at);
    if (transfer.bytes > SLOW_BYTES)
      this.#host.warn(`data: more than ${SLOW_BYTES / 1024} kB make a phone slow`, at);
    return arrived;
  }

  /** Properties with observers that are functions, and types that glass-easel knows. */
  #properties(properties: unknown, at: SourcePosition | null): Options {
    return Object.fromEntries(
      Object.entries(object(properties)).map(([name, written]) => {
        if (!isObject(written)) return [name, native(written)];
        const rule: Options = Array.isArray(written) ? { type: written } : { ...written };
        if (Array.isArray(rule.type)) {
          this.#host.warn(`property "${name}": "type" is one type; "optionalTypes" takes the others`, at);
          rule.optionalTypes ??= rule.type;
          rule.type = rule.type[0] as unknown;
        }
        rule.type = native(rule.type);
        if (Array.isArray(rule.optionalTypes)) rule.optionalTypes = rule.optionalTypes.map(native);
        const named =
          typeof rule.observer === "string"
            ? this.#named(rule.observer, `property "${name}"`, at)
            : rule.observer;
        if (typeof named === "function") rule.observer = onceForEach(named as Method, name);
        return [name, rule];
      }),
    );
  }

  #observers(observers: unknown, at: SourcePosition | null): Options {
    return Object.fromEntries(
      Object.entries(object(observers)).flatMap(([paths, observer]) => {
        if (typeof observer === "string") return [[paths, this.#named(observer, `"${paths}"`, at)]];
        return typeof observer === "function" ? [[paths, observer]] : [];
      }),
    );
  }

  /** An observer that is a method of the instance, which may come from elsewhere than the observer does. */
  #named(name: string, observed: string, at: SourcePosition | null): Method {
    const { warn } = this.#host;
    return function (this: unknown, ...args: unknown[]): unknown {
      const method = (this as Options)[name];
      if (typeof method === "function") return method.apply(this, args);
      warn(`the observer of ${observed} is "${name}", but there is no method of that name`, at);
      return undefined;
    } as Method;
  }

  #behavior(options: Options): string {
    const id = `/behavior-${this.#behaviors.size}`;
    const definition = withInherited(options);
    const parents = this.#filter(definition);
    const at = callerPosition();
    const behavior = this.#host.space.defineBehavior({
      is: id.slice(1),
      ...this.#parts(definition, undefined, at),
    } as never) as unknown as GeneralBehavior;
    const filter = definition.definitionFilter;
    this.#behaviors.set(id, {
      behavior,
      at,
      chain: [...parents.flatMap(({ chain }) => chain), definition],
      filter:
        typeof filter === "function"
          ? (user) => {
              filter(
                user,
                parents.map((parent) => parent.filter ?? null),
              );
            }
          : undefined,
    });
    return id;
  }

  /** Lets the behaviors of a definition change it; says which they are. */
  #filter(definition: Options): KnownBehavior[] {
    const used = this.#knownOf(definition);
    for (const { filter } of used) filter?.(definition);
    return used;
  }

  #knownOf(definition: Options): KnownBehavior[] {
    return list(definition.behaviors)
      .map((id) => this.#behaviors.get(String(id)))
      .filter((known) => known !== undefined);
  }

  /** The definitions that make up a component: each behavior's once, the component's own last. */
  #chainOf(definition: Options): Options[] {
    return [...new Set(this.#knownOf(definition).flatMap(({ chain }) => chain)), definition];
  }

  #behaviorsOf(definition: Options): GeneralBehavior[] {
    return list(definition.behaviors).flatMap((id) => {
      const known = this.#behaviors.get(String(id));
      if (!known) this.#host.warn(`behavior "${String(id)}" is not known`);
      return known?.behavior ?? [];
    });
  }

  /** Relations of a component; to one that the project does not use there are none. Those of a behavior stay as they are. */
  #relations(relations: unknown, name: string | undefined): Options {
    const { components } = this.#host.manifest();
    return Object.fromEntries(
      Object.entries(object(relations)).flatMap(([path, relation]) => {
        const { target, ...rest } = object(relation);
        const behavior = this.#behaviors.get(String(target))?.behavior;
        if (behavior) return [[path, { ...rest, target: behavior }]];
        if (name === undefined) return [[path, rest]];
        const other = joinPath(name, path);
        return Object.hasOwn(components, other) ? [[path, { ...rest, target: this.#mark(other) }]] : [];
      }),
    );
  }

  #mark(name: string): GeneralBehavior {
    const known = this.#marks.get(name);
    if (known) return known;
    const mark = this.#host.space.defineBehavior({ is: `tt://mark/${name}` }) as unknown as GeneralBehavior;
    this.#marks.set(name, mark);
    return mark;
  }

  #style(
    name: string,
    entry: ComponentEntry,
    isPage: boolean,
    options: Options,
  ): { styleScope: number; extraStyleScope: number | null; ready: Promise<void> } {
    const { styles, space } = this.#host;
    const isolation = String(
      options.styleIsolation ?? (options.addGlobalClass === true ? "apply-shared" : entry.styleIsolation),
    );
    const shared = shares(entry, isPage, isolation);
    const ready = entry.style ? styles.use(name, isPage ? "page" : "component", shared) : Promise.resolve();
    if (shared) return { styleScope: this.#sharedScope, extraStyleScope: null, ready };
    return {
      styleScope: space.styleScopeManager.register(entry.styleScope),
      extraStyleScope: isolation.endsWith("apply-shared") ? this.#sharedScope : null,
      ready,
    };
  }
}

/** A type that glass-easel knows: the `Function` of scripts makes no code, and so is another (`globals.ts`). */
function native(type: unknown): unknown {
  return type === Function.prototype.constructor ? Function : type;
}

type PropertyType = ReturnType<GeneralBehavior["getPropertyType"]>;
/** glass-easel's names for the type `Function`, and for those of values that may have functions in them. */
const FUNCTION = "function" as unknown as PropertyType;
const MAY_HAVE_FUNCTIONS = ["any", "object"] as unknown as PropertyType[];
const refs = new WeakMap<GeneralComponent, string>();

/** Gives a component to the page or component in whose template it stands. */
function giveRef(node: GeneralComponent, method: string, warn: (message: string) => void): void {
  const owner = node.ownerShadowRoot?.getHostNode().getMethodCaller() as unknown as Instance | undefined;
  if (typeof owner?.[method] === "function")
    (owner[method] as (part: unknown) => void)(node.getMethodCaller());
  else warn(`tt:ref: ${owner?.is ?? "the page"} has no method "${method}"`);
}

/** glass-easel's builder as it is used here; its own types follow every property of a definition. */
interface Builder {
  methodCallerInit(make: (this: GeneralComponent) => object): Builder;
  options(options: Options): Builder;
  usingComponents(using: Record<string, string>): Builder;
  generics(generics: Record<string, true | { default: string }>): Builder;
  template(value: template.ComponentTemplate): Builder;
  init(start: (this: Instance) => void): Builder;
  definition(definition: Options): Builder;
  registerComponent(): unknown;
}

/** Whether the classes of a page or component stand as they are. Those of a page do, so that components that share styles have them too. */
function shares(entry: ComponentEntry, isPage: boolean, isolation = entry.styleIsolation): boolean {
  return entry.styleScope === "" || (isPage && SCOPES ? /shared$/ : /^(?:page-)?shared$/).test(isolation);
}

/** What a phone calls of a page by itself. */
const PAGE_LIFECYCLE = [
  "onLoad",
  "onShow",
  "onReady",
  "onHide",
  "onUnload",
  "onPullDownRefresh",
  "onReachBottom",
  "onPageScroll",
  "onResize",
  "onTabItemTap",
];

/** A page is a component whose functions are methods and whose other fields are on the instance. */
function fromPage(options: Options): { definition: Options; fields: Options } {
  const definition: Options = { methods: {} };
  const fields: Options = {};
  for (const [name, value] of Object.entries(options)) {
    if (name === "data" || name === "behaviors" || name === "options") definition[name] = value;
    else if (typeof value === "function") (definition.methods as Options)[name] = value;
    else fields[name] = value;
  }
  return { definition, fields };
}

/** What an object has, itself or from its prototypes: definitions may be objects of classes. */
function withInherited(options: Options): Options {
  const all: Options = {};
  for (
    let at: object | null = options;
    at && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (name !== "constructor" && !Object.hasOwn(all, name)) all[name] = options[name];
    }
  }
  return all;
}

/** Fields for one instance: what was written down is copied, objects of classes are shared. */
function own(fields: Options): Options {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === "object" && value !== null && writtenDown(value) ? copy(value) : value,
    ]),
  );
}

function writtenDown(value: object): boolean {
  return (
    (Array.isArray(value) || isPlain(value)) &&
    Object.values(value).every(
      (field: unknown) => typeof field !== "object" || field === null || writtenDown(field),
    )
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** What a value is, in words. */
function kindOf(value: unknown): string {
  return Array.isArray(value) ? "an array" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function object(value: unknown): Options {
  return isObject(value) ? (value as Options) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

/** Those entries that are functions: a script may well say `ready: undefined`. */
function functions(value: unknown): Record<string, Method> {
  return Object.fromEntries(
    Object.entries(withInherited(object(value))).filter(
      (entry): entry is [string, Method] => typeof entry[1] === "function",
    ),
  );
}

/**
 * glass-easel calls no observer of a property that the pattern takes; the platform does, and components
 * that uni-app builds learn of all their properties so.
 */
function withoutObserved(pattern: RegExp | null, chain: readonly Options[]): RegExp | null {
  const isObserved = (name: string): boolean =>
    chain.some(
      ({ properties }) => (object(properties)[name] as Options | null | undefined)?.observer !== undefined,
    );
  return pattern && ({ test: (name: string) => pattern.test(name) && !isObserved(name) } as RegExp);
}

function pattern(value: unknown): RegExp | null {
  if (value instanceof RegExp) return value;
  try {
    return typeof value === "string" && value !== "" ? new RegExp(value) : null;
  } catch {
    return null;
  }
}

/**
 * The observer of a property. It is told the path that changed, which glass-easel does not tell; and nothing while
 * it sets the property to what it was told: an object arrives as a copy, which is another one each time.
 */
function onceForEach(
  observer: Method,
  name: string,
): (this: object, value: unknown, old: unknown) => unknown {
  const told = new WeakMap<object, unknown[]>();
  return function (value, old) {
    const values = told.get(this) ?? [];
    told.set(this, values);
    if (values.some((each) => isSame(each, value))) return undefined;
    values.push(value);
    try {
      return observer.call(this as never, value as never, old as never, [name] as never);
    } finally {
      values.pop();
    }
  };
}

function isSame(one: unknown, other: unknown): boolean {
  return (
    Object.is(one, other) ||
    (isObject(one) && isObject(other) && JSON.stringify(one) === JSON.stringify(other))
  );
}

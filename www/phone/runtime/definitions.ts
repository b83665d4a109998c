/**
 * `Page`, `Component` and `Behavior`: turns what the project's scripts hand over into glass-easel's
 * definitions, with their templates, styles and the components they use.
 */
import { DeepCopyKind, type ComponentSpace, type GeneralBehavior, type GeneralComponent, type template } from "glass-easel";
import type { ComponentEntry, Manifest } from "../../shared/project";
import { copy, isPlain } from "./data";
import { Instance, NODE, prototypeWith } from "./instance";
import type { Modules } from "./modules";
import { provide, type Inject, type Provided } from "./provide";
import { SCOPES, type Styles } from "./styles";
import type { Templates } from "./templates";
import { giveView } from "./views";

type Method = (this: unknown, ...args: never[]) => unknown;
type Options = Record<string, unknown>;
/** What a script called for its page or component. */
interface Registration {
  kind: "page" | "component";
  options: Options;
}
interface KnownBehavior {
  behavior: GeneralBehavior;
  /** Its `definitionFilter`, given the definition that uses it. */
  filter: ((definition: Options) => void) | undefined;
}

/** What definitions need of the phone. */
export interface DefinitionsHost {
  readonly space: ComponentSpace;
  readonly modules: Modules;
  readonly templates: Templates;
  readonly styles: Styles;
  manifest(): Manifest;
  failed(error: unknown, what: string): void;
  warn(message: string): void;
  /** A component came into the tree, or left it. */
  attached(node: GeneralComponent): void;
  detached(node: GeneralComponent): void;
}

export class Definitions {
  readonly #host: DefinitionsHost;
  readonly #registrations = new Map<string, Registration>();
  readonly #defined = new Set<string>();
  readonly #behaviors = new Map<string, KnownBehavior>();
  /** The page or component whose script runs. */
  #running: string | undefined;
  /** The scope of everything whose classes stand as they are: the app's and the pages' sheets. */
  readonly #sharedScope: number;
  readonly #base: GeneralBehavior;

  constructor(host: DefinitionsHost, builtIn: Record<string, GeneralBehavior>) {
    this.#host = host;
    const { space } = host;
    this.#sharedScope = space.styleScopeManager.register("");
    space.setSharedStyleScope(this.#sharedScope);
    for (const [address, behavior] of Object.entries(builtIn)) {
      this.#behaviors.set(address, { behavior, filter: undefined });
      this.#behaviors.set(address.replace(/^tt:/, "wx:"), { behavior, filter: undefined });
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
          host.detached((this as Instance)[NODE]);
        },
      },
    }) as unknown as GeneralBehavior;
  }

  /** `Page`, `Component` and `Behavior` for a module. */
  scope(path: string): { Page: (o: Options) => void; Component: (o: Options) => void; Behavior: (o: Options) => string } {
    const owner = (): string | undefined => this.#ownerOf(path) ?? this.#running;
    const register = (kind: Registration["kind"]) => (options: Options) => {
      const name = owner();
      if (name === undefined) throw new Error(`${kind === "page" ? "Page" : "Component"}() is called outside of a page or component`);
      if (typeof options !== "object" || options === null) {
        throw new TypeError(`${kind === "page" ? "Page" : "Component"}() expects an object, but got ${typeof options}`);
      }
      this.#registrations.set(name, { kind, options });
    };
    return { Page: register("page"), Component: register("component"), Behavior: (options) => this.#behavior(options) };
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
    const { components } = this.#host.manifest();
    const names = this.needed(name).filter((each) => !this.#defined.has(each));
    const scripts = names.map((each) => components[each]?.script).filter((path) => typeof path === "string");
    await Promise.all([
      modules.load(scripts),
      ...names.map((each) => (components[each]?.template ? templates.load(each) : undefined)),
      ...names.map((each) => (components[each]?.style ? styles.load(each) : undefined)),
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
    const { components } = this.#host.manifest();
    for (const name of this.#registrations.keys()) {
      const script = components[name]?.script;
      if (typeof script !== "string" || stale.has(script)) this.#registrations.delete(name);
    }
  }

  /** The properties that a page made with `Component()` declares, by name. */
  propertyType(name: string, property: string): unknown {
    const declared = (this.#registrations.get(name)?.options.properties as Options | undefined)?.[property];
    return typeof declared === "object" && declared !== null && "type" in declared ? declared.type : declared;
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
    try {
      this.#host.modules.run(entry.script);
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
    const { definition, fields } =
      registration?.kind === "page" ? fromPage(registration.options) : { definition: { ...registration?.options }, fields: {} };
    this.#filter(definition);
    const options = object(definition.options);
    const { styleScope, extraStyleScope, ready } = this.#style(name, entry, isPage, options);
    let prototype: Instance | undefined;
    const builder = space.defineWithMethodCaller(name) as unknown as Builder;
    builder
      .methodCallerInit(function (this: GeneralComponent) {
        prototype ??= prototypeWith(this.getComponentDefinition().behavior.getMethods());
        const instance = Object.create(prototype) as Instance & { [NODE]: GeneralComponent };
        instance[NODE] = this;
        return instance;
      })
      .options({
        // Named slots need no option here, unlike elsewhere.
        multipleSlots: options.dynamicSlots !== true,
        dynamicSlots: options.dynamicSlots === true,
        virtualHost: options.virtualHost === true,
        pureDataPattern: pattern(options.pureDataPattern ?? entry.json.pureDataPattern),
        styleScope,
        extraStyleScope,
        writeFieldsToNode: false,
        writeIdToDOM: true,
        idPrefixGenerator: null,
        // The views of `views.ts` are the copies.
        dataDeepCopy: DeepCopyKind.None,
        propertyPassingDeepCopy: DeepCopyKind.Simple,
      })
      .usingComponents(Object.fromEntries(Object.entries(entry.using).map(([tag, used]) => [tag, `/${used}`])))
      .generics(
        Object.fromEntries(
          Object.entries(entry.generics).map(([tag, used]) => [tag, used === null ? true : { default: `/${used}` }]),
        ),
      )
      .template(templates.get(name))
      .init(function (this: Instance) {
        Object.assign(this, own(fields));
        const { provide: values } = definition;
        provide.start(
          this[NODE],
          typeof values === "function" ? () => values.call(this) as Provided : undefined,
          definition.inject as Inject | undefined,
        );
      })
      .definition(this.#parts(definition, true))
      .registerComponent();
    await ready;
  }

  /** The parts of a definition as glass-easel takes them. */
  #parts(definition: Options, isComponent: boolean): Options {
    const { data } = definition;
    const lifetimes = { ...object(definition.lifetimes) };
    for (const name of ["created", "attached", "ready", "moved", "detached", "error"]) {
      if (typeof definition[name] === "function") lifetimes[name] ??= definition[name];
    }
    return {
      behaviors: [...(isComponent ? [this.#base] : []), ...this.#behaviorsOf(definition)],
      properties: object(definition.properties),
      data: typeof data === "function" ? data : () => copy(object(data)),
      methods: functions(definition.methods),
      observers: definition.observers ?? {},
      lifetimes: functions(lifetimes),
      pageLifetimes: functions(definition.pageLifetimes),
      relations: this.#relations(definition.relations),
      externalClasses: Array.isArray(definition.externalClasses) ? definition.externalClasses : [],
    };
  }

  #behavior(options: Options): string {
    const id = `/behavior-${this.#behaviors.size}`;
    const definition = { ...options };
    const parents = this.#filter(definition);
    const behavior = this.#host.space.defineBehavior({
      is: id.slice(1),
      ...this.#parts(definition, false),
    } as never) as unknown as GeneralBehavior;
    const filter = definition.definitionFilter;
    this.#behaviors.set(id, {
      behavior,
      filter:
        typeof filter === "function"
          ? (user) => {
              filter(user, parents.map((parent) => parent.filter ?? null));
            }
          : undefined,
    });
    return id;
  }

  /** Lets the behaviors of a definition change it; says which they are. */
  #filter(definition: Options): KnownBehavior[] {
    const used = list(definition.behaviors).map((id) => this.#behaviors.get(String(id))).filter((known) => known !== undefined);
    for (const { filter } of used) filter?.(definition);
    return used;
  }

  #behaviorsOf(definition: Options): GeneralBehavior[] {
    return list(definition.behaviors).flatMap((id) => {
      const known = this.#behaviors.get(String(id));
      if (!known) this.#host.warn(`behavior "${String(id)}" is not known`);
      return known?.behavior ?? [];
    });
  }

  #relations(relations: unknown): Options {
    return Object.fromEntries(
      Object.entries(object(relations)).map(([path, relation]) => {
        const { target, ...rest } = object(relation);
        const behavior = this.#behaviors.get(String(target))?.behavior;
        return [path, behavior ? { ...rest, target: behavior } : rest];
      }),
    );
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
    // A page's classes stand as they are, so that components that share styles have them too.
    const shares = entry.styleScope === "" || (isPage && SCOPES ? /shared$/ : /^(?:page-)?shared$/).test(isolation);
    const drop = shares ? entry.styleScope : "";
    const ready = entry.style ? styles.use(name, isPage ? "page" : "component", drop) : Promise.resolve();
    if (shares) return { styleScope: this.#sharedScope, extraStyleScope: null, ready };
    return {
      styleScope: space.styleScopeManager.register(entry.styleScope),
      extraStyleScope: isolation.endsWith("apply-shared") ? this.#sharedScope : null,
      ready,
    };
  }
}

const refs = new WeakMap<GeneralComponent, string>();

/** Gives a component to the page or component in whose template it stands. */
function giveRef(node: GeneralComponent, method: string, warn: (message: string) => void): void {
  const owner = node.ownerShadowRoot?.getHostNode().getMethodCaller() as unknown as Instance | undefined;
  if (typeof owner?.[method] === "function") (owner[method] as (part: unknown) => void)(node.getMethodCaller());
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

/** Fields for one instance: what was written down is copied, objects of classes are shared. */
function own(fields: Options): Options {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === "object" && value !== null && writtenDown(value) ? copy(value) : value]),
  );
}

function writtenDown(value: object): boolean {
  return (
    (Array.isArray(value) || isPlain(value)) &&
    Object.values(value).every((field: unknown) => typeof field !== "object" || field === null || writtenDown(field))
  );
}

function object(value: unknown): Options {
  return typeof value === "object" && value !== null ? (value as Options) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

/** Those entries that are functions: a script may well say `ready: undefined`. */
function functions(value: unknown): Record<string, Method> {
  return Object.fromEntries(
    Object.entries(object(value)).filter((entry): entry is [string, Method] => typeof entry[1] === "function"),
  );
}

function pattern(value: unknown): RegExp | null {
  if (value instanceof RegExp) return value;
  try {
    return typeof value === "string" && value !== "" ? new RegExp(value) : null;
  } catch {
    return null;
  }
}

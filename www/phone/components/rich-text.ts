/** `rich-text`: HTML of which only what cannot act is shown, from a string or a list of nodes. */
import { builtIn } from "./support/builtin";
import { classes, ownCss } from "./support/css";
import { h } from "./support/dom";
import { SPACES } from "./text";

interface RichNode {
  type?: "node" | "text";
  name?: string;
  text?: string;
  attrs?: Record<string, unknown>;
  children?: RichNode[];
}

const defaults = { nodes: undefined as unknown, space: "" };

/** Trusted tags, each with the attributes it may have beside `class` and `style`. */
const TRUSTED: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    (
      "a abbr address article aside b bdi big blockquote br caption center cite code dd del div dl dt em " +
      "fieldset font footer h1 h2 h3 h4 h5 h6 header hr i ins label legend li mark nav p pre q rt ruby s " +
      "section small span strong sub sup tbody tfoot thead tr tt u ul"
    )
      .split(" ")
      .map((tag) => [tag, []]),
  ),
  bdo: ["dir"],
  col: ["span", "width"],
  colgroup: ["span", "width"],
  img: ["alt", "src", "height", "width"],
  ol: ["start", "type"],
  table: ["width"],
  td: ["colspan", "height", "rowspan", "width"],
  th: ["colspan", "height", "rowspan", "width"],
};

export const richText = builtIn("rich-text", defaults, (self) => {
  const { host, props, component } = self;
  const inside = h("div");
  host.append(inside);

  function plain(text: string): Text {
    const space = SPACES[props.space];
    return document.createTextNode(space ? text.replaceAll(" ", space) : text);
  }

  /** The element for a tag, or nothing where it is not trusted. */
  function make(name: string, get: (attribute: string) => string | null): HTMLElement | undefined {
    const tag = name.toLowerCase();
    const allowed = Object.hasOwn(TRUSTED, tag) ? TRUSTED[tag] : undefined;
    if (!allowed) return undefined;
    const element = document.createElement(tag);
    for (const attribute of allowed) {
      const value = get(attribute);
      if (value !== null) element.setAttribute(attribute, attribute === "src" ? self.url(value) : value);
    }
    const names = get("class");
    if (names) element.className = classes(component, names);
    const style = get("style");
    if (style) element.style.cssText = ownCss(self.component, style);
    return element;
  }

  function fromHtml(parent: Element, nodes: Iterable<Node>): void {
    for (const node of nodes) {
      if (node instanceof Text) parent.append(plain(node.data));
      if (!(node instanceof Element)) continue;
      const element = make(node.localName, (name) => node.getAttribute(name));
      if (!element) continue;
      fromHtml(element, node.childNodes);
      parent.append(element);
    }
  }

  function fromNodes(parent: Element, nodes: unknown): void {
    if (!Array.isArray(nodes)) return;
    for (const node of nodes as RichNode[]) {
      if (node?.type === "text") {
        parent.append(plain(parse(String(node.text ?? "").replaceAll("<", "&lt;")).textContent ?? ""));
        continue;
      }
      const attributes = node?.attrs ?? {};
      const element = make(String(node?.name ?? ""), (name) => {
        const value = attributes[name];
        return value === undefined || value === null ? null : String(value);
      });
      if (!element) continue;
      fromNodes(element, node.children);
      parent.append(element);
    }
  }

  return {
    update() {
      inside.replaceChildren();
      if (typeof props.nodes === "string") fromHtml(inside, parse(props.nodes).childNodes);
      else fromNodes(inside, props.nodes);
    },
  };
});

/** Parses without running or loading anything. */
function parse(html: string): HTMLElement {
  return new DOMParser().parseFromString(html, "text/html").body;
}

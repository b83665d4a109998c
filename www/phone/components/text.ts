/** `text`: text that keeps its line breaks, and on wish its spaces and entities. */
import { builtIn } from "./support/builtin";

const defaults = { selectable: false, space: "", decode: false };

/** What a space becomes where runs of them are to be seen. */
export const SPACES: Readonly<Record<string, string>> = { ensp: "\u2002", emsp: "\u2003", nbsp: "\u00a0" };

/** The entities that `decode` knows. */
const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&amp;": "&",
  "&apos;": "'",
  "&nbsp;": "\u00a0",
  "&ensp;": "\u2002",
  "&emsp;": "\u2003",
};

export const text = builtIn("text", defaults, (self) => {
  const { host, props } = self;
  /** What the page wrote, where something else is shown. */
  const written = new WeakMap<Text, { source: string; shown: string }>();
  let observer: MutationObserver | undefined;

  function show(node: Text): void {
    const known = written.get(node);
    const source = known?.shown === node.data ? known.source : node.data;
    let shown = props.decode ? source.replace(/&\w+;/g, (entity) => ENTITIES[entity] ?? entity) : source;
    const space = SPACES[props.space];
    if (space) shown = shown.replaceAll(" ", space);
    written.set(node, { source, shown });
    if (node.data !== shown) node.data = shown;
  }

  function showAll(): void {
    const walker = document.createTreeWalker(host, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) show(node as Text);
  }

  return {
    update(changed) {
      host.toggleAttribute("selectable", props.selectable);
      if (!changed.has("decode") && !changed.has("space")) return;
      if (!observer && (props.decode || props.space in SPACES)) {
        observer = new MutationObserver(showAll);
        observer.observe(host, { subtree: true, childList: true, characterData: true });
      }
      if (observer) showAll();
    },
    attached() {
      if (observer) showAll();
    },
  };
});

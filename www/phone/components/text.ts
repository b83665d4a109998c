/** `text`: text that keeps its line breaks, and on wish its spaces and entities. */
import { builtIn } from "./support/builtin";

const defaults = { selectable: false, space: "", decode: false };

/** What a space becomes where runs of them are to be seen. */
export const SPACES: Readonly<Record<string, string>> = { ensp: "\u2002", emsp: "\u2003", nbsp: "\u00a0" };

/** The entities that `decode` knows. */
const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<", "&gt;": ">", "&amp;": "&", "&apos;": "'",
  "&nbsp;": "\u00a0", "&ensp;": "\u2002", "&emsp;": "\u2003",
};

/** What the page wrote, where something else is shown. */
const written = new WeakMap<Text, { source: string; shown: string }>();

/** Shows each text anew of which the page has changed something. */
const shows = new WeakMap<Node, () => void>();
const observer = new MutationObserver((changes) => {
  const changed = changes.map(({ target }) => shows.get(target) ?? shows.get(target.parentNode as Node));
  for (const show of new Set(changed)) show?.();
});

export const text = builtIn("text", defaults, (self) => {
  const { host, props } = self;

  function show(): void {
    for (const node of host.childNodes) {
      if (!(node instanceof Text)) continue;
      const known = written.get(node);
      const source = known?.shown === node.data ? known.source : node.data;
      // A line also breaks at the two characters that stand for a break in scripts.
      let shown = source.replaceAll("\\n", "\n");
      if (props.decode) shown = shown.replace(/&\w+;/g, (entity) => ENTITIES[entity] ?? entity);
      const space = SPACES[props.space];
      if (space) shown = shown.replaceAll(" ", space);
      if (source !== shown || known) written.set(node, { source, shown });
      if (node.data !== shown) node.data = shown;
    }
  }

  shows.set(host, show);
  observer.observe(host, { subtree: true, childList: true, characterData: true });
  return {
    update(changed) {
      host.toggleAttribute("selectable", props.selectable);
      if (changed.has("decode") || changed.has("space")) show();
    },
    attached: show,
  };
});

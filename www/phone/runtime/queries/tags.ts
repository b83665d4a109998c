/**
 * Selectors that name tags (`scroll-view > view.item`), for tests. glass-easel's own know ids and
 * classes, as `createSelectorQuery` on a phone does.
 */
import type { Element } from "glass-easel";
import { tagOf } from "../event";

/** What one element has to be: a tag, an id, classes. */
interface Compound {
  tag: string | undefined;
  id: string | undefined;
  classes: string[];
  /** Whether the one before it is its parent, and not any ancestor. */
  child: boolean;
}

const COMPOUND = /^([a-z][\w-]*|\*)?((?:[.#][^\s.#>:[]+)*)$/i;

/** Whether a selector names a tag. */
export function namesTag(selector: string): boolean {
  return /(^|[\s,>])[a-z*]/i.test(selector.trim());
}

/** The elements of a template that such a selector finds. */
export function queryTags(template: Element, selector: string): Element[] {
  const lists = selector.split(",").map((one) => parse(one.trim(), selector));
  return below(template).filter((element) =>
    lists.some((compounds) => fits(element, compounds, compounds.length - 1, template)),
  );
}

function parse(text: string, selector: string): Compound[] {
  const words = text.replaceAll(">", " > ").split(/\s+/);
  const compounds: Compound[] = [];
  let child = false;
  for (const word of words) {
    if (word === ">") {
      child = true;
      continue;
    }
    const [, tag, rest = ""] = COMPOUND.exec(word) ?? [];
    if (tag === undefined && rest === "")
      throw new Error(`"${selector}" is no selector of tags, ids and classes`);
    const parts = rest.match(/[.#][^.#]+/g) ?? [];
    const of = (mark: string): string[] =>
      parts.filter((part) => part.startsWith(mark)).map((part) => part.slice(1));
    compounds.push({ tag: tag === "*" ? undefined : tag, id: of("#")[0], classes: of("."), child });
    child = false;
  }
  return compounds;
}

function fits(element: Element, compounds: readonly Compound[], last: number, template: Element): boolean {
  const compound = compounds[last];
  if (!compound || !is(element, compound)) return false;
  if (last === 0) return true;
  for (let above = parent(element, template); above; above = parent(above, template)) {
    if (fits(above, compounds, last - 1, template)) return true;
    if (compound.child) return false;
  }
  return false;
}

function is(element: Element, { tag, id, classes }: Compound): boolean {
  return (
    (tag === undefined || tagOf(element) === tag) &&
    (id === undefined || element.id === id) &&
    classes.every((name) => element.classList?.contains(name))
  );
}

/** The element around another one, in the same template. Blocks (`tt:if`, `tt:for`) are none. */
function parent(element: Element, template: Element): Element | null {
  let above = element.parentNode;
  while (above && above !== template && above.$$ === null) above = above.parentNode;
  return above === template ? null : above;
}

/** All elements of a template, in their order. */
function below(element: Element): Element[] {
  return element.childNodes.flatMap((child) => {
    const inner = child.asElement();
    return inner ? [inner, ...below(inner)] : [];
  });
}

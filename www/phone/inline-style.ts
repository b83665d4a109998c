/** `style` attributes and bare values as the browser takes them: with the phone's units, insets and files. */

/** Strings, comments, addresses, numbers with their units, words and functions; anything else by itself. */
const TOKEN =
  /"(?:\\[^]|[^"\\])*"?|'(?:\\[^]|[^'\\])*'?|\/\*[^]*?(?:\*\/|$)|url\(\s*(?!["'\s])[^)]*\)?|[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?:%|[a-z]*)|(?:[\w-]|[^\0-\x7f]|\\[^])+\(?|\s+|[^]/giy;
/** The units of a web view's height, which is that of the page's window here. */
const UNITS: Record<string, string> = {
  vh: "cqh",
  dvh: "cqh",
  svh: "cqh",
  lvh: "cqh",
  vmin: "cqmin",
  vmax: "cqmax",
};
/** Words of `animation` that name none. */
const KEYWORDS = new Set(
  "none initial inherit unset revert revert-layer ease linear ease-in ease-out ease-in-out step-start step-end infinite normal reverse alternate alternate-reverse forwards backwards both running paused auto".split(
    " ",
  ),
);
/** Font families that are always there, and words that are no families. */
const GENERIC =
  /^(?:(?:ui-)?(?:sans-)?serif|(?:ui-)?monospace|cursive|fantasy|system-ui|ui-rounded|math|emoji|fangsong|inherit|initial|unset|revert(?:-layer)?)$/i;
const NEEDED = /rpx|rem|vh|vm|env\(|animation|font|url\(/i;
/** For images from elsewhere: the document's policy is not heeded for those of a style. A list of components needs no browser. */
export const NO_REFERRER = globalThis.CSS?.supports("background", 'url("a" referrer-policy(no-referrer))')
  ? " referrer-policy(no-referrer)"
  : "";
let resolve: (path: string, file?: string) => string = (path) => path;

/** Where files of the project are: `Phone.url`. */
export function setUrl(url: typeof resolve): void {
  resolve = url;
}

/**
 * A `style` attribute, or a bare value, as the browser takes it: changed like the sheets.
 *
 * @param file the page or component that a relative address in it is seen from
 */
export function inlineStyle(style: string, file?: string): string {
  if (!NEEDED.test(style)) return style;
  let out = "";
  let tokens: string[] = [];
  let depth = 0;
  for (const [token] of style.matchAll(TOKEN)) {
    if (token.endsWith("(")) depth += 1;
    else if (token === ")") depth -= 1;
    if (token === ";" && depth <= 0) {
      out += declaration(tokens) + token;
      tokens = [];
      depth = 0;
    } else {
      tokens.push(length(token, tokens, file));
    }
  }
  return out + declaration(tokens);
}

/** A token with the phone's units, insets and files. */
function length(token: string, before: string[], file?: string): string {
  const [, bare] = /^url\(\s*([^\s"'()]+)\s*\)$/i.exec(token) ?? [];
  if (bare !== undefined) return address(bare, file, (url) => `url(${url})`) ?? token;
  if (/^["']/.test(token) && /^url\($/i.test(before.findLast((each) => each.trim() !== "") ?? "")) {
    return address(token.slice(1, -1), file, (url) => url) ?? token;
  }
  const [, number, unit] = /^([+-]?[\d.]+(?:e[+-]?\d+)?)([a-z]+)$/i.exec(token) ?? [];
  if (number !== undefined && unit !== undefined) {
    const name = unit.toLowerCase();
    if (name === "rem") return `calc(${number} * var(--tt-rem))`;
    if (name === "rpx") return `${Number(number) / 7.5}vw`;
    return number + (UNITS[name] ?? unit);
  }
  if (token.startsWith("safe-area-inset-") && /^env\($/i.test(before.at(-1) ?? "")) {
    before[before.length - 1] = "var(";
    return `--${token}`;
  }
  return token;
}

/** What stands in `url()`, if it is not as it was written. */
function address(
  written: string,
  file: string | undefined,
  whole: (url: string) => string,
): string | undefined {
  const path = written.replace(/\\([^\da-f])/gi, "$1");
  if (path.startsWith("#")) return undefined;
  const url = resolve(path, file);
  const policy = /^https?:/i.test(url) ? NO_REFERRER : "";
  return url === path && policy === "" ? undefined : whole(JSON.stringify(url) + policy);
}

function declaration(tokens: string[]): string {
  const colon = tokens.indexOf(":") + 1;
  const property = tokens
    .slice(0, Math.max(0, colon - 1))
    .filter((token) => !/^(?:\s|\/\*)/.test(token))
    .join("")
    .toLowerCase();
  const value = tokens.splice(colon);
  let depth = 0;
  if (/^(?:-webkit-)?animation(?:-name)?$/.test(property)) {
    for (const token of value) {
      // Behind `!` stands no name either.
      if (token.endsWith("(") || token === "!") depth += 1;
      else if (token === ")") depth -= 1;
      const name = depth === 0 ? word(token) : undefined;
      tokens.push(
        name === undefined || KEYWORDS.has(name.toLowerCase()) ? token : own("keyframes", name, token),
      );
    }
    return tokens.join("");
  }
  let first = property === "font-family" ? 0 : value.length;
  if (property === "font") {
    // The families stand behind the size and the height of a line.
    let last = "";
    for (const [i, token] of value.entries()) {
      if (token.endsWith("(")) depth += 1;
      else if (token === ")") depth -= 1;
      if (depth > 0 || /^\s/.test(token)) continue;
      if (token === ",") break;
      if (last === "/" || token === ")" || /^[\d.]|^(?:x+-)?(?:small|large)(?:er)?$|^medium$/i.test(token))
        first = i + 1;
      last = token;
    }
  }
  return tokens.join("") + value.slice(0, first).join("") + families(value.slice(first).join(""));
}

/** A list of families; a phone falls to the system's sans-serif where none of them is there. */
function families(text: string): string {
  const [, before = "", list = "", behind = ""] = /^(\s*)(.*?)(\s*(?:!\s*important\s*)?)$/is.exec(text) ?? [];
  const names = list.split(/\s*,\s*/);
  // What `var()` stands for is not known.
  if (list.includes("(") || (names.length === 1 && (list === "" || GENERIC.test(list)))) return text;
  const known = names.map((name) => {
    if (GENERIC.test(name)) return name;
    return own("font", (word(name) ?? name.replace(/\s+/g, " ")).toLowerCase(), name);
  });
  if (!names.some((name) => GENERIC.test(name))) known.push("sans-serif");
  return before + known.join(", ") + behind;
}

/** The name of that kind that the page's sheets define, or the plain one. */
function own(kind: string, name: string, plain: string): string {
  return `var(--tt-${kind}-${CSS.escape(name)},${plain})`;
}

/** A word or a string without its quotes. */
function word(token: string): string | undefined {
  return /^(?:["'](.*)["']|((?:[a-z_-]|[^\0-\x7f])(?:[\w-]|[^\0-\x7f])*))$/is
    .exec(token)
    ?.slice(1)
    .find((text) => text !== undefined);
}

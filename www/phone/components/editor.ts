/** `editor`: text with formats. A selector query's `context()` gives what acts on it. */
import type { QueryHooks } from ".";
import { builtIn } from "./support/builtin";
import { h, setAttribute } from "./support/dom";
import { settle } from "../async";
import type { Options } from "../async";

const defaults = {
  readOnly: false,
  placeholder: "",
  showImgSize: false,
  showImgToolbar: false,
  showImgResize: false,
  focus: false,
};

/** Formats that are a command of the browser, without a value or with one of their own. */
const COMMANDS: Readonly<Record<string, string>> = {
  bold: "bold",
  italic: "italic",
  underline: "underline",
  strike: "strikeThrough",
  color: "foreColor",
  backgroundColor: "hiliteColor",
  fontFamily: "fontName",
};
const ALIGN: Readonly<Record<string, string>> = {
  left: "justifyLeft",
  center: "justifyCenter",
  right: "justifyRight",
  justify: "justifyFull",
};

export const editor = builtIn("editor", defaults, (self) => {
  const { host, props } = self;
  const area = h("div", { contenteditable: true, role: "textbox", "aria-multiline": "true" });
  host.append(area);
  let range: Range | undefined;
  const contents = () => ({
    html: area.innerHTML,
    text: area.innerText,
    delta: { ops: [{ insert: area.innerText }] },
  });

  area.addEventListener("focus", () => self.emit("focus", contents()));
  area.addEventListener("blur", () => {
    const selection = getSelection();
    if (selection?.rangeCount && area.contains(selection.anchorNode)) range = selection.getRangeAt(0);
    self.emit("blur", contents());
  });
  area.addEventListener("input", () => {
    // The browser leaves a line break where everything was deleted.
    if (area.innerHTML === "<br>") area.textContent = "";
    self.emit("input", contents());
  });

  /** Runs a command where the caret is, or was last. */
  function command(name: string, value?: string): void {
    if (document.activeElement !== area) {
      area.focus({ preventScroll: true });
      const selection = getSelection();
      selection?.removeAllRanges();
      if (range) selection?.addRange(range);
    }
    document.execCommand(name, false, value);
  }
  function format(name: string, value?: string): void {
    if (COMMANDS[name]) command(COMMANDS[name], value);
    else if (name === "align") command(ALIGN[value ?? "left"] ?? "justifyLeft");
    else if (name === "header") command("formatBlock", value ? `h${value}` : "div");
    else if (name === "list") command(value === "ordered" ? "insertOrderedList" : "insertUnorderedList");
    else if (name === "script") command(value === "super" ? "superscript" : "subscript");
    else console.warn(`editor: the simulator has no format "${name}"`);
    self.emit("statuschange", { [name]: value ?? true });
  }

  /** A method of the context: takes options and answers as functions of `tt` do. */
  const method =
    <O extends Options>(name: string, work: (options: O) => unknown) =>
    (options?: O): unknown =>
      settle(
        name,
        options ?? {},
        Promise.resolve().then(() => work(options ?? ({} as O))),
        () => {},
      );
  const context = {
    format,
    insertDivider: method("insertDivider", () => command("insertHorizontalRule")),
    insertText: method<Options & { text?: string }>("insertText", ({ text = "" }) =>
      command("insertText", text),
    ),
    insertImage: method<Options & { src?: string; alt?: string; width?: string; height?: string }>(
      "insertImage",
      ({ src = "", alt = "", width = "", height = "" }) =>
        command("insertHTML", h("img", { src: self.url(src), alt, width, height }).outerHTML),
    ),
    setContents: method<Options & { html?: string; delta?: { ops?: { insert?: unknown }[] } }>(
      "setContents",
      ({ html, delta }) => {
        if (html === undefined)
          area.textContent = (delta?.ops ?? [])
            .map(({ insert }) => (typeof insert === "string" ? insert : ""))
            .join("");
        else area.setHTMLUnsafe(clean(html));
      },
    ),
    getContents: method("getContents", contents),
    clear: method("clear", () => void (area.textContent = "")),
    removeFormat: method("removeFormat", () => command("removeFormat")),
    undo: method("undo", () => command("undo")),
    redo: method("redo", () => command("redo")),
    blur: method("blur", () => area.blur()),
    scrollIntoView: () => area.scrollIntoView({ block: "nearest" }),
    getSelectionText: method("getSelectionText", () => ({ text: String(getSelection() ?? "") })),
  };
  (host as HTMLElement & { query?: QueryHooks }).query = { context };

  return {
    update(changed) {
      area.contentEditable = String(!props.readOnly);
      setAttribute(area, "placeholder", props.placeholder);
      if (changed.has("focus") && props.focus) queueMicrotask(() => area.focus());
    },
    attached: () => queueMicrotask(() => self.emit("ready")),
  };
});

/** HTML without what runs. */
function clean(html: string): string {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const element of parsed.body.querySelectorAll("*")) {
    if (/^(script|style|iframe|object|embed|link|meta)$/i.test(element.tagName)) element.remove();
    for (const { name, value } of [...element.attributes]) {
      if (name.startsWith("on") || /^\s*javascript:/i.test(value)) element.removeAttribute(name);
    }
  }
  return parsed.body.innerHTML;
}

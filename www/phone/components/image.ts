/** `image`: a picture in a box of a size of its own. */
import { builtIn } from "./support/builtin";
import { h, setAttribute } from "./support/dom";

const defaults = { src: "", mode: "scaleToFill", webp: false, lazyLoad: false };

/** By mode: CSS's fit and position. */
const MODES: Readonly<Record<string, [fit: string, position?: string]>> = {
  scaleToFill: ["fill"],
  aspectFit: ["contain"],
  aspectFill: ["cover"],
  widthFix: ["fill"],
  heightFix: ["fill"],
  top: ["none", "top"],
  bottom: ["none", "bottom"],
  center: ["none", "center"],
  left: ["none", "left"],
  right: ["none", "right"],
  "top left": ["none", "left top"],
  "top right": ["none", "right top"],
  "bottom left": ["none", "left bottom"],
  "bottom right": ["none", "right bottom"],
};

const make: Parameters<typeof builtIn<typeof defaults>>[2] = (self) => {
  const { host, props } = self;
  const picture = h("img", { alt: "", draggable: "false" });
  host.append(picture);

  picture.addEventListener("load", () => {
    picture.toggleAttribute("broken", false);
    fit();
    self.emit("load", { width: picture.naturalWidth, height: picture.naturalHeight });
  });
  picture.addEventListener("error", () => {
    // Without the browser's own sign for it, as on a phone.
    picture.toggleAttribute("broken", true);
    if (props.src) self.emit("error", { errMsg: `GET ${props.src} failed: the image could not be loaded` });
  });

  /** With `widthFix` and `heightFix` the box takes the shape of the picture. */
  function fit(): void {
    const { naturalWidth: width, naturalHeight: height } = picture;
    const shape = `aspect-ratio:${width}/${height};`;
    if (!width || !height) self.style("");
    else if (props.mode === "widthFix") self.style(`${shape}height:auto !important`);
    else if (props.mode === "heightFix") self.style(`${shape}width:auto !important`);
    else self.style("");
  }

  return {
    update(changed) {
      if (changed.has("lazyLoad")) picture.loading = props.lazyLoad ? "lazy" : "eager";
      if (changed.has("mode")) {
        const [fitting, position = "center"] = MODES[props.mode] ?? ["fill"];
        picture.style.objectFit = fitting;
        picture.style.objectPosition = position;
        setAttribute(host, "mode", props.mode);
        fit();
      }
      if (changed.has("src")) {
        setAttribute(picture, "src", props.src ? self.url(props.src) : undefined);
        if (!props.src) self.style("");
      }
      if (props.ariaLabel) picture.alt = props.ariaLabel;
    },
  };
};

export const image = builtIn("image", defaults, make);

/** Not of the platform, but pages made for its relatives have it. */
export const coverImage = builtIn("cover-image", defaults, make);

// The class behind <rtc-room>: attributes in, a <video> in an open shadow root. What it shows is
// decided in rtc_room.rs; a class of elements is the one thing that cannot be written there.

const STYLE = `
:host { display: block; position: relative; overflow: hidden }
video { display: block; width: 100%; height: 100%; object-fit: cover }
:host([mode="screen"]) video { object-fit: contain }
`;

// What all copies of the library on a page share: the class, the elements on the page, and what each
// copy wants to be told of them.
const shared = (globalThis[Symbol.for("tt-rtc")] ??= {
  version: 2,
  rooms: new Set(),
  copies: new Set(),
  meters: new Set(),
  hadRooms: false,
});
/** How soon a tile that has grown counts, and one that has shrunk or is gone, in milliseconds. */
const [SOON, SETTLED] = [50, 1_000];
/** The highest number of physical pixels for a CSS pixel: nobody sees more of a video. */
const MAX_RATIO = 2;
/** What is not smaller than any video. */
const MAX_SIDE = 65_535;
/** Stands for this copy. */
const copy = {};
/** The elements on the page, once this copy has registered. */
let elements = [];

let soon, settled;

/** Has the sizes of all elements read soon, and once more when the page has settled. */
export function measureSoon() {
  const measure = (isSettled) => shared.meters.forEach((measured) => measured(isSettled));
  soon ??= setTimeout(() => ((soon = undefined), measure(false)), SOON);
  settled ??= setTimeout(() => ((settled = undefined), measure(true)), SETTLED);
}

/** Whether the page has an element, or had one. */
export const hasTiles = () => shared.hadRooms;

/**
 * Registers the element, or joins the copy that did; `changed` is called with each one that comes, goes
 * or is changed, and with whether this copy is the first one; `measured` when sizes may have changed, and
 * with whether the page has settled.
 */
export function define(changed, measured) {
  const known = customElements.get("rtc-room");
  if (shared.version !== 2 || known !== shared.element) {
    console.error(
      "tt-rtc: <rtc-room> belongs to another library, or to another version of this one, and shows " +
        "nothing of the calls made with this one. Load one version once.",
    );
    return;
  }
  shared.copies.add(changed);
  shared.meters.add(measured);
  elements = shared.rooms;
  if (known) return shared.rooms.forEach((room) => changed(room, false));

  const tell = (room) => {
    let first = true;
    for (const changed of shared.copies) {
      changed(room, first);
      first = false;
    }
  };
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);

  const observe = (Observer, options, read) =>
    new Observer((entries) => {
      for (const entry of entries) read(entry.target, entry);
      measureSoon();
    }, options);
  const resized = observe(ResizeObserver, undefined, (room, { contentRect }) => (room.box = contentRect));
  // An element that is about to be scrolled into view is in view already. The root is the page's own view:
  // what its embedder shows of it is not the page's doing.
  const inView = { root: document, rootMargin: "50%" };
  const scrolled = observe(
    IntersectionObserver,
    inView,
    (room, { isIntersecting }) => (room.inView = isIntersecting),
  );

  class RtcRoom extends HTMLElement {
    // An HTML document lowers userId="…" to this.
    static observedAttributes = ["user-id", "userid", "mode"];

    constructor() {
      super();
      this.video = document.createElement("video");
      this.video.autoplay = this.video.muted = this.video.playsInline = true;
      // A browser pauses it during a phone call, and when the element moves in the document.
      this.video.addEventListener("pause", () => tell(this));
      for (const name of ["enterpictureinpicture", "leavepictureinpicture"]) {
        this.video.addEventListener(name, measureSoon);
      }
      const root = this.attachShadow({ mode: "open" });
      // A style element would need 'unsafe-inline' in a Content-Security-Policy.
      root.adoptedStyleSheets = [sheet];
      root.append(this.video);
    }

    connectedCallback() {
      // Set before the class was there, as frameworks do.
      for (const name of ["userId", "mode", "devicePosition"]) {
        if (!Object.hasOwn(this, name)) continue;
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
      shared.rooms.add(this);
      shared.hadRooms = true;
      resized.observe(this);
      scrolled.observe(this);
      tell(this);
    }

    disconnectedCallback() {
      shared.rooms.delete(this);
      resized.unobserve(this);
      scrolled.unobserve(this);
      this.box = this.inView = undefined;
      measureSoon();
      tell(this);
    }

    attributeChangedCallback() {
      if (!this.isConnected) return;
      measureSoon();
      tell(this);
    }

    /**
     * Its width and height in physical pixels, the highest numbers if they are not known: no observer reports in a
     * page without frames.
     */
    get size() {
      if (!this.box || this.shadowRoot.pictureInPictureElement === this.video) return [MAX_SIDE, MAX_SIDE];
      const ratio = this.inView === false ? 0 : Math.min(devicePixelRatio, MAX_RATIO);
      return [this.box.width, this.box.height].map((side) => Math.min(Math.ceil(side * ratio), MAX_SIDE));
    }

    get userId() {
      return this.getAttribute("user-id") ?? this.getAttribute("userId") ?? "";
    }

    set userId(value) {
      this.setAttribute("user-id", value);
    }

    get mode() {
      return this.getAttribute("mode") ?? "camera";
    }

    set mode(value) {
      this.setAttribute("mode", value);
    }

    get devicePosition() {
      return this.getAttribute("device-position") ?? "front";
    }

    set devicePosition(value) {
      this.setAttribute("device-position", value);
    }

    mirror(on) {
      this.video.style.transform = on ? "scaleX(-1)" : "";
    }

    fail(errNo, errMsg) {
      this.dispatchEvent(new CustomEvent("error", { detail: { errNo, errMsg } }));
    }
  }

  shared.element = RtcRoom;
  customElements.define("rtc-room", RtcRoom);
}

/** The elements whose videos this copy may show. */
export function rooms() {
  return [...elements];
}

/**
 * Whether this copy says what an element shows: it did so before, or its `claim` is greater than that of
 * the copy that does.
 */
export function owns(room, claim) {
  if (room.copy !== copy && claim <= (room.claim ?? 0)) return false;
  Object.assign(room, { copy, claim });
  return true;
}

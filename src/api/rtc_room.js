// The class behind <rtc-room>: attributes in, a <video> in an open shadow root. What it shows is
// decided in rtc_room.rs; a class of elements is the one thing that cannot be written there.

const STYLE = `
:host { display: block; position: relative; overflow: hidden }
video { display: block; width: 100%; height: 100%; object-fit: cover }
:host([mode="screen"]) video { object-fit: contain }
`;

/** Registers the element; `changed` is called with each one that comes, goes or is changed. */
export function define(changed) {
  if (customElements.get("rtc-room")) return;

  class RtcRoom extends HTMLElement {
    // An HTML document lowers userId="…" to this.
    static observedAttributes = ["user-id", "userid", "mode"];

    constructor() {
      super();
      this.video = document.createElement("video");
      this.video.autoplay = this.video.muted = this.video.playsInline = true;
      // A browser pauses it during a phone call, and when the element moves in the document.
      this.video.addEventListener("pause", () => changed(this));
      const style = document.createElement("style");
      style.textContent = STYLE;
      this.attachShadow({ mode: "open" }).append(style, this.video);
    }

    connectedCallback() {
      // Set before the class was there, as frameworks do.
      for (const name of ["userId", "mode", "devicePosition"]) {
        if (!Object.hasOwn(this, name)) continue;
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
      changed(this);
    }

    disconnectedCallback() {
      changed(this);
    }

    attributeChangedCallback() {
      if (this.isConnected) changed(this);
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

  customElements.define("rtc-room", RtcRoom);
}

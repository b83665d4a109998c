/** `page-meta` and `navigation-bar`: a page's settings, from its data. */
import type { Phone } from "../phone";
import { type BuiltIn, builtIn, type Values } from "./support/builtin";
import { length, pixels, ownCss } from "./support/css";

const defaults = {
  backgroundTextStyle: "",
  backgroundColor: "",
  backgroundColorTop: "",
  backgroundColorBottom: "",
  rootBackgroundColor: "",
  scrollTop: "" as string | number,
  scrollDuration: 300,
  pageStyle: "",
  pageFontSize: "",
  rootFontSize: "",
  pageOrientation: "",
};

/** The one that has set the root. */
let rooted: unknown;

const isOnTop = ({ component, phone }: Pick<BuiltIn, "component" | "phone">): boolean =>
  (component.ownerShadowRoot?.getHostNode().getMethodCaller() as unknown) === phone.currentPage();

export const pageMeta = builtIn("page-meta", defaults, (self) => {
  const { host, props, phone } = self;
  let forget: (() => void)[] = [];
  const size = (value: string): string => (value === "system" ? "16px" : value ? length(value) : "");

  function show(): void {
    const page = host.closest<HTMLElement>("tt-page");
    const frame = host.closest<HTMLElement>("phone-page");
    if (!page || !frame) return;
    page.style.cssText = ownCss(self.component, props.pageStyle);
    if (props.rootBackgroundColor) page.style.backgroundColor = props.rootBackgroundColor;
    if (props.pageFontSize) page.style.fontSize = size(props.pageFontSize);
    if (props.backgroundColor) frame.style.backgroundColor = props.backgroundColor;
    root();
  }

  /** There is one root for all pages: it is the top page's. */
  function root(): void {
    const { style } = document.documentElement;
    if (isOnTop(self)) {
      rooted = self;
      style.fontSize = size(props.rootFontSize);
    } else if (rooted === self) {
      rooted = undefined;
      style.fontSize = "";
    }
  }

  function scroll(): void {
    if (props.scrollTop === "") return;
    const target = { scrollTop: pixels(props.scrollTop), duration: props.scrollDuration };
    void phone.router.pageScrollTo(target).then(
      () => self.emit("scrolldone"),
      () => {},
    );
  }

  return {
    update(changed) {
      if (!host.isConnected) return;
      show();
      if (changed.has("scrollTop")) scroll();
    },
    attached() {
      const scroller = host.closest("phone-scroll");
      const scrolled = (): void => self.emit("scroll", { scrollTop: scroller?.scrollTop ?? 0 });
      scroller?.addEventListener("scroll", scrolled, { passive: true });
      forget = [
        phone.on("resize", (window) => self.emit("resize", { size: window })),
        phone.on("route", root),
        () => scroller?.removeEventListener("scroll", scrolled),
      ];
      show();
      requestAnimationFrame(scroll);
    },
    detached() {
      for (const end of forget) end();
      if (rooted === self) document.documentElement.style.fontSize = "";
    },
  };
});

const barDefaults = {
  title: undefined as string | undefined,
  loading: false,
  frontColor: undefined as string | undefined,
  backgroundColor: undefined as string | undefined,
  colorAnimationDuration: 0,
  colorAnimationTimingFunc: "linear",
};

export const navigationBar = builtIn("navigation-bar", barDefaults, (self) => {
  const { host, props, phone } = self;
  const show = (): void => {
    if (host.isConnected && isOnTop(self)) setBar(phone, props);
  };
  let forget = (): void => {};
  return {
    update: show,
    attached() {
      forget = phone.on("route", show);
      show();
    },
    detached: () => forget(),
  };
});

function setBar(
  phone: Phone,
  { title, loading, frontColor, backgroundColor }: Values<typeof barDefaults>,
): void {
  const given = { title, loading, frontColor, backgroundColor };
  phone.router.setNavigationBar(
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  );
}

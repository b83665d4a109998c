/**
 * `web-view`: another page, over the whole of this one. A page of the same origin is given the bridge
 * `tt.miniProgram`; others have it from the platform's own script, which only its app answers.
 */
import { isOfServer, isRefused } from "../domains";
import { requestRecord } from "../requests";
import { builtIn } from "./support/builtin";
import { h, setAttribute } from "./support/dom";
import { SITE } from "../../shared/site";

const defaults = { src: "", progressbarColor: "#51a0d8", type: "default" };

export const webView = builtIn("web-view", defaults, (self) => {
  const { host, props, phone } = self;
  const frame = h("iframe", { title: "web-view", allow: "camera; microphone; fullscreen" });
  host.append(frame);
  /** What the page inside has posted; told when it goes. */
  let posted: unknown[] = [];

  function deliver(): void {
    if (posted.length === 0) return;
    const data = posted;
    posted = [];
    self.emit("message", { data });
  }

  frame.addEventListener("load", () => {
    if (!props.src) return;
    bridge();
    self.emit("load", { src: props.src });
  });

  function bridge(): void {
    const inside = frame.contentWindow as (Window & { tt?: Record<string, unknown> }) | null;
    const { router } = phone;
    type Options = {
      url?: string;
      delta?: number;
      data?: unknown;
      success?: () => void;
      fail?: (error: unknown) => void;
    };
    const go =
      (way: (options: Options) => Promise<void>) =>
      (options: Options = {}) => {
        deliver();
        way(options).then(options.success, (error: Error) => options.fail?.({ errMsg: error.message }));
      };
    const miniProgram = {
      navigateTo: go(({ url = "" }) => router.navigateTo(url)),
      redirectTo: go(({ url = "" }) => router.redirectTo(url)),
      switchTab: go(({ url = "" }) => router.switchTab(url)),
      reLaunch: go(({ url = "" }) => router.reLaunch(url)),
      navigateBack: go(({ delta = 1 }) => router.navigateBack(delta)),
      postMessage: ({ data }: Options = {}) => void posted.push(data),
      setSwipeBackModeSync: () => {},
      getEnv: (answer: (env: { miniprogram: boolean }) => void) => answer({ miniprogram: true }),
    };
    try {
      if (inside) inside.tt = { ...inside.tt, miniProgram };
    } catch {
      // Of another origin: its windows are closed to us.
    }
  }

  return {
    update(changed) {
      if (!changed.has("src")) return;
      const url = self.url(props.src);
      const address = props.src && URL.canParse(url, location.href) ? new URL(url, location.href) : undefined;
      let error = "";
      if (address === undefined) error = props.src && "url is invalid";
      else if (!/^https?:$/.test(address.protocol)) error = `cannot show ${address.protocol} addresses`;
      // Of what this server has, only files of the project are a page's affair.
      else if (
        isOfServer(address) ? !url.startsWith(`${SITE}app/file/`) : isRefused(phone, "web-view", address.href)
      )
        error = "url not in domain list";
      if (error) {
        frame.removeAttribute("src");
        queueMicrotask(() => self.emit("error", { src: props.src, errMsg: error }));
        return;
      }
      setAttribute(frame, "src", address?.href);
      if (address && address.host !== location.host) {
        const request = requestRecord("web-view", "GET", address.href);
        phone.report({ kind: "request", request: { ...request, duration: 0 } });
      }
    },
    detached: deliver,
  };
});

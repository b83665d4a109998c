/** Navigation bar, tab bar, pull-down refresh and scrolling: what the router shows around a page. */
import type { Api } from "../api";
import { badParameter } from "../../failure";

export function bars(api: Api): void {
  const { phone } = api;
  const { router } = phone;

  api.async<{ title: string }>("setNavigationBarTitle", { title: "string" }, "", ({ title }) =>
    router.setNavigationBar({ title }),
  );
  api.async<{ frontColor: string; backgroundColor: string }>(
    "setNavigationBarColor",
    { frontColor: "string", backgroundColor: "string" },
    "",
    ({ frontColor, backgroundColor }) => {
      const front = frontColor.toLowerCase();
      if (front !== "#ffffff" && front !== "#000000") {
        throw badParameter(
          `expect params.frontColor to be one of "#ffffff", "#000000", but got ${frontColor}`,
        );
      }
      if (!/^#[0-9a-f]{6}([0-9a-f]{2})?$/i.test(backgroundColor))
        throw badParameter(`params.backgroundColor should be HexColor, but got ${backgroundColor}`);
      router.setNavigationBar({ frontColor: front, backgroundColor });
    },
  );
  api.async("showNavigationBarLoading", {}, "", () => router.setNavigationBar({ loading: true }));
  api.async("hideNavigationBarLoading", {}, "", () => router.setNavigationBar({ loading: false }));
  api.async("hideHomeButton", {}, "", () => router.setNavigationBar({ home: false }));

  for (const kind of ["show", "hide"] as const) {
    api.async<{ animation?: boolean }>(
      `${kind}TabBar`,
      { animation: "boolean?" },
      "",
      ({ animation = false }) => router.setTabBar({ kind, animation }),
    );
    api.async<{ index: number }>(`${kind}TabBarRedDot`, { index: "number" }, "", ({ index }) =>
      router.setTabBar({ kind: "dot", index, shown: kind === "show" }),
    );
  }
  api.async<{ index: number; text: string }>(
    "setTabBarBadge",
    { index: "number", text: "string" },
    "",
    ({ index, text }) => router.setTabBar({ kind: "badge", index, text }),
  );
  api.async<{ index: number }>("removeTabBarBadge", { index: "number" }, "", ({ index }) =>
    router.setTabBar({ kind: "badge", index, text: null }),
  );
  api.async<{ index: number; text?: string; iconPath?: string; selectedIconPath?: string }>(
    "setTabBarItem",
    { index: "number", text: "string?", iconPath: "string?", selectedIconPath: "string?" },
    "",
    ({ index, text, iconPath, selectedIconPath }) =>
      router.setTabBar({ kind: "item", index, ...given({ text, iconPath, selectedIconPath }) }),
  );
  api.async<Record<string, string>>(
    "setTabBarStyle",
    {
      color: "string?",
      selectedColor: "string?",
      backgroundColor: "string?",
      borderStyle: ["black", "white"],
    },
    "",
    ({ color, selectedColor, backgroundColor, borderStyle }) =>
      router.setTabBar({ kind: "style", ...given({ color, selectedColor, backgroundColor, borderStyle }) }),
  );

  api.async("startPullDownRefresh", {}, "", () => router.startPullDownRefresh());
  api.async("stopPullDownRefresh", {}, "", () => router.stopPullDownRefresh());
  api.async<{ scrollTop?: number; selector?: string; duration?: number }>(
    "pageScrollTo",
    { scrollTop: "number?", selector: "string?", duration: "number?" },
    "",
    ({ scrollTop, selector, duration = 200 }) => {
      if (scrollTop === undefined && selector === undefined)
        throw badParameter("params.scrollTop should be number, but got undefined");
      return router.pageScrollTo({ ...given({ scrollTop, selector }), duration });
    },
  );
}

/** Without what is undefined. */
function given<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

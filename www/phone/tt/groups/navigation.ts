/** From page to page, and to what lies outside a mini-program. */
import type { Api } from "../api";
import { badParameter, cancelled, Failure, unsupported } from "../../failure";
import { notice, say } from "../../ui";
import { readFile } from "./paths";

export function navigation(api: Api): void {
  const { phone } = api;
  const { router } = phone;

  for (const name of ["navigateTo", "redirectTo", "reLaunch"] as const) {
    api.async<{ url: string; query?: Record<string, unknown> }>(
      name,
      { url: "string", query: "object?" },
      "",
      ({ url, query = {} }) => router[name](withQuery(url, query)),
    );
  }
  api.async<{ url: string }>("switchTab", { url: "string" }, "", ({ url }) => router.switchTab(url));
  api.async<{ delta?: number }>("navigateBack", { delta: "number?" }, "", ({ delta = 1 }) =>
    router.navigateBack(delta),
  );

  leaving(api);

  api.async<{ appId: string; path?: string }>(
    "navigateToMiniProgram",
    { appId: "string", path: "string?", extraData: "object?", envVersion: ["current", "latest"] },
    "",
    async ({ appId, path = "" }) => {
      const allowed = phone.manifest.app.navigateToMiniProgramAppIdList;
      if (Array.isArray(allowed) && !allowed.includes(appId))
        throw new Failure("appId is not in navigateToMiniProgramAppIdList of app.json", 20000, "D");
      const went = await notice(
        phone,
        say(phone, "Another mini-program opens here", "即将打开其他小程序"),
        `${appId}\n${path}`,
        true,
      );
      if (!went) throw cancelled();
    },
  );
  api.async("navigateBackMiniProgram", { extraData: "object?" }, "", () => {
    throw unsupported("no mini-program opened this one");
  });
  api.async<{ videoId?: string }>("navigateToVideoView", { videoId: "any?" }, "", async ({ videoId }) => {
    await notice(
      phone,
      say(phone, "A video of Douyin is shown here", "此处展示抖音视频"),
      String(videoId ?? ""),
    );
  });
  api.async("openAwemeUserProfile", {}, "", async () => {
    await notice(phone, say(phone, "A profile of Douyin is shown here", "此处展示抖音个人页"));
  });
  api.async<{ awemeId?: string }>("openWebcastRoom", { awemeId: "string?" }, "", async ({ awemeId = "" }) => {
    await notice(phone, say(phone, "A live room of Douyin is shown here", "此处展示抖音直播间"), awemeId);
  });
  api.async<{ filePath: string; fileType?: string }>(
    "openDocument",
    { filePath: "string", fileType: "string?", showMenu: "boolean?" },
    "",
    ({ filePath }) => {
      readFile(phone, filePath, "openDocument");
      void notice(phone, say(phone, "A document is shown here", "此处展示文档"), filePath);
    },
  );
  api.async<{ scene: string }>("navigateToScene", { scene: "string" }, "", async ({ scene }) => {
    if (scene !== "sidebar")
      throw badParameter(`expect params.scene to be one of "sidebar", but got ${scene}`);
    await notice(phone, say(phone, "The home page's sidebar is shown here", "此处展示首页侧边栏"));
  });
}

/** Pages that ask before the user leaves them, and the gesture that goes back, which a mouse does not have. */
function leaving(api: Api): void {
  const { phone } = api;
  const messages = new WeakMap<object, string>();
  const page = () => phone.currentPage() ?? phone;
  phone.beforeBack = async () => {
    const message = messages.get(page());
    return message === undefined || (await notice(phone, "", message, true));
  };
  api.async<{ message: string }>(
    "enableAlertBeforeUnload",
    { message: "string" },
    "",
    ({ message }) => void messages.set(page(), message),
  );
  api.async("disableAlertBeforeUnload", {}, "", () => void messages.delete(page()));
  api.sync("setSwipeBackMode", "", (mode: unknown) => {
    const value = typeof mode === "object" ? (mode as { mode?: unknown } | null)?.mode : mode;
    if (![0, 1, 2].includes(value as number))
      console.warn(`setSwipeBackMode: ${String(value)} is none of 0, 1 and 2`);
  });
}

/** Adds what the url does not say already. */
function withQuery(url: string, query: Record<string, unknown>): string {
  const [, path = "", text = ""] = /^([^?]*)\??(.*)$/s.exec(url) ?? [];
  const said = new Set(text.split("&").map((pair) => pair.split("=")[0]));
  const added = Object.entries(query)
    .filter(([key]) => !said.has(key))
    .map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`);
  const all = [text, ...added].filter(Boolean).join("&");
  return all ? `${path}?${all}` : path;
}

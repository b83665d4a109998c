/** What the host app does for a mini-program: sharing, following, addresses, messages, payment, ads. */
import type { Phone } from "../../phone";
import { emitters, type Api } from "../api";
import { badParameter, cancelled, Failure, refused, wrongType } from "../../failure";
import { agrees, ask, notice, say } from "../../ui";
import { random } from "./account";
import { payment } from "./payment";
import { template } from "./setting";

export function abilities(api: Api): void {
  const { phone } = api;
  sharing(api);
  following(api);
  advertising(api);
  payment(api);

  api.async(
    "chooseAddress",
    {},
    "userName provinceName cityName countyName detailInfo telNumber",
    async () => {
      if (!(await phone.authorize("scope.address"))) throw refused();
      const labels = [
        say(phone, "Name", "收货人"),
        say(phone, "Phone", "手机号"),
        say(phone, "Address", "详细地址"),
      ] as const;
      const values = [phone.settings.user.nickName, "13800000000", "知春路 1 号"];
      const answer = await ask(phone, {
        title: say(phone, "Address", "收货地址"),
        fields: Object.fromEntries(labels.map((label, index) => [label, values[index] ?? ""])),
      });
      if (!answer) throw cancelled();
      const [userName, telNumber, detailInfo] = answer;
      return {
        userName,
        telNumber,
        detailInfo,
        provinceName: "北京市",
        cityName: "北京市",
        countyName: "海淀区",
      };
    },
  );

  api.async<{ tmplIds: unknown[] }>(
    "requestSubscribeMessage",
    { tmplIds: "array" },
    "templateSettings",
    async ({ tmplIds }) => {
      if (tmplIds.length < 1 || tmplIds.length > 3)
        throw badParameter("params.tmplIds should have 1 to 3 items");
      const ids = tmplIds.map(String);
      const status = (await agrees(
        phone,
        say(phone, "Receive messages of this app?", "允许发送消息通知？"),
        ids.join("\n"),
      ))
        ? "accept"
        : "reject";
      const answers = Object.fromEntries(ids.map((id) => [id, status]));
      phone.store.state.set("subscriptions", {
        ...(phone.store.state.get("subscriptions") as object | undefined),
        ...answers,
      });
      return { ...answers, templateSettings: Object.fromEntries(ids.map((id) => [id, template(status)])) };
    },
  );

  api.async<{ scopes: Record<string, unknown> }>(
    "showDouyinOpenAuth",
    { scopes: "object" },
    "ticket grantPermissions",
    async ({ scopes }) => {
      const grantPermissions = Object.keys(scopes);
      if (
        !(await agrees(
          phone,
          say(phone, "Share Douyin data with this app?", "授权抖音数据？"),
          grantPermissions.join("\n"),
        ))
      )
        throw refused();
      return { ticket: random(16), grantPermissions };
    },
  );

  api.async<{ type?: string; content?: string }>(
    "showFavoriteGuide",
    { type: ["bar", "tip"], content: "string?", position: ["bottom", "overtab"] },
    "isFavorited",
    async ({ content = "" }) => {
      void notice(phone, say(phone, "Add this app to your favourites", "添加到收藏"), content);
    },
  );
  let bar = true;
  api.async("showInteractionBar", {}, "", () => void (bar = true));
  api.async("hideInteractionBar", {}, "", () => void (bar = false));
  api.async<Record<string, unknown>>(
    "updateExitGuideWindowInfo",
    { windowType: "any?", imageUrl: "string?", title: "string?", subTitle: "string?" },
    "logId",
    (options) => {
      const { success, fail, complete, ...kept } = options;
      phone.store.state.set("exitGuide", { ...kept, bar });
      return { logId: random(8) };
    },
  );
  api.async("interactionAnalysis", { type: ["like", "favorite", "post_comment"] }, "", () => {});
  api.async("setPageInfo", { title: "string?", keywords: "any?", description: "string?" }, "", () => {});
  api.async("addShortcut", {}, "", async () => {
    if (!(await agrees(phone, say(phone, "Add this app to the home screen?", "添加到桌面？"))))
      throw cancelled();
    phone.store.state.set("shortcut", true);
  });
  api.async("checkShortcut", {}, "status", () => ({
    status: { exist: phone.store.state.get("shortcut") === true, needUpdate: false },
  }));
  api.async<{ groupId?: unknown }>("joinGroup", { groupId: "any?" }, "", async ({ groupId }) => {
    if (!(await agrees(phone, say(phone, "Join this group?", "加入该群聊？"), String(groupId ?? ""))))
      throw cancelled();
  });
  privacy(api);
  api.async("getSidebarActivity", {}, "activityList", () => ({
    activityList: phone.store.state.get("sidebar") ?? [],
  }));
  api.async<{ activity: string; type: string }>(
    "updateSidebarActivity",
    { activity: "string", type: ["add", "remove"] },
    "logId",
    ({ activity, type }) => {
      const others = ((phone.store.state.get("sidebar") ?? []) as string[]).filter(
        (each) => each !== activity,
      );
      phone.store.state.set("sidebar", type === "remove" ? others : [...others, activity]);
      return { logId: random(8) };
    },
  );
}

function sharing(api: Api): void {
  const { phone } = api;
  for (const shown of [true, false]) {
    api.async(
      shown ? "showShareMenu" : "hideShareMenu",
      { menus: "array?", withShareTicket: "boolean?" },
      "",
      () => {
        const page = phone.currentPage();
        if (page) phone.noShare[shown ? "delete" : "add"](page);
      },
    );
  }
  api.async<{
    title?: string;
    desc?: string;
    path?: string;
    imageUrl?: string;
    channel?: string;
    extra?: { withVideoId?: unknown };
  }>(
    "shareAppMessage",
    {
      title: "string?",
      desc: "string?",
      path: "string?",
      imageUrl: "string?",
      templateId: "string?",
      channel: "string?",
      extra: "object?",
    },
    "videoId",
    async ({ title, desc = "", path, imageUrl = "", channel, extra }) => {
      // The card that is sent, and whether it is.
      const sent = await ask(phone, {
        title: title || (phone.manifest.app.window?.navigationBarTitleText ?? say(phone, "Share", "分享")),
        content: [desc, path || `/${phone.currentPage()?.route ?? ""}`].filter(Boolean).join("\n"),
        imageUrl: imageUrl && phone.url(imageUrl),
        confirmText: say(phone, "Share", "分享"),
      });
      if (!sent) throw cancelled();
      // The video that the user made of it and published.
      if (channel === "video" && extra?.withVideoId === true) return { videoId: random(12) };
      return {};
    },
  );
}

function following(api: Api): void {
  const { phone } = api;
  const followed = () => (phone.store.state.get("followed") ?? []) as string[];
  /** Asks; whether the account is followed then. */
  const follow = async (account: string): Promise<boolean> => {
    if (followed().includes(account)) return true;
    if (!(await agrees(phone, say(phone, "Follow this account?", "关注该账号？"), account))) return false;
    phone.store.state.set("followed", [...followed(), account]);
    return true;
  };
  /** The typings put the option in the wrong place; apps pass it. */
  api.async<{ awemeId: string }>(
    "followAwemeUser",
    { awemeId: "string" },
    "followed",
    async ({ awemeId }) => ({
      followed: await follow(awemeId),
    }),
  );
  api.async<{ awemeId: string }>(
    "checkFollowAwemeState",
    { awemeId: "string" },
    "hasFollowed",
    ({ awemeId }) => ({
      hasFollowed: followed().includes(awemeId),
    }),
  );
  const own = "official account";
  api.async("followOfficialAccount", {}, "errCode", async () => ({ errCode: (await follow(own)) ? 0 : 1 }));
  api.async("checkFollowState", {}, "result", () => ({ result: followed().includes(own) }));
}

/** A dialogue stands for the ad. */
function advertising(api: Api): void {
  const { phone } = api;
  const members = "show load destroy onLoad offLoad onError offError onClose offClose";
  const ad = (options: unknown, show: () => Promise<object>) => {
    const unit = (options as { adUnitId?: unknown } | undefined)?.adUnitId;
    if (typeof unit !== "string" || !unit) throw wrongType("adUnitId", "string", unit);
    const { functions, emit } = emitters("Load", "Error", "Close");
    let destroyed = false;
    const alive =
      <T>(act: () => Promise<T>) =>
      async () => {
        if (destroyed) throw new Failure("the ad was destroyed");
        return act();
      };
    return {
      load: alive(async () => void setTimeout(() => emit("Load"))),
      show: alive(async () => void show().then((result) => emit("Close", result))),
      destroy: alive(async () => void (destroyed = true)),
      ...functions,
    };
  };
  api.sync("createInterstitialAd", members, (options: unknown) =>
    ad(options, async () => {
      await notice(phone, say(phone, "An ad is shown here", "此处展示广告"));
      return {};
    }),
  );
  api.sync("createRewardedVideoAd", members, (options: unknown) => ad(options, () => rewarded(phone)));
  api.async("preloadDrawAd", {}, "errorCode errorType", () => ({ errorCode: 0, errorType: "I" }));
}

async function rewarded(phone: Phone): Promise<{ isEnded: boolean; count: number }> {
  const answer = await ask(phone, {
    title: say(phone, "A rewarded ad is shown here", "此处展示激励视频广告"),
    confirmText: say(phone, "Watched it", "看完"),
    cancelText: say(phone, "Close early", "提前关闭"),
  });
  return { isEnded: answer !== null, count: answer === null ? 0 : 1 };
}

/** The terms that a user agrees to before an app may know anything of them. */
function privacy(api: Api): void {
  const { phone } = api;
  const agreed = () => phone.store.state.get("privacy") === true;
  const name = say(phone, "Privacy terms", "隐私协议");
  api.async("getPrivacySetting", {}, "needAuthorization privacyContractName", () => ({
    needAuthorization: !agreed(),
    privacyContractName: name,
  }));
  api.async("openPrivacyContract", {}, "", async () => void (await notice(phone, name)));
}

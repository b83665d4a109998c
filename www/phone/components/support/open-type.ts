/** What a button with `open-type` opens: a dialogue of the phone, then the button's event. */
import { agrees, notice, say } from "../../ui";
import type { BuiltIn } from "./builtin";

/** `tt` of the phone, for what it does under the same name. */
interface Tt {
  [name: string]: ((options: Record<string, unknown>) => unknown) | undefined;
}

/** Values of the platform's list that a browser has nothing for. */
const ELSEWHERE = [
  "uploadDouyinVideo",
  "im",
  "privateMessage",
  "platformIm",
  "authorizePrivateMessage",
  "contact",
];

/** Values that nobody knows, as far as that was said. */
const told = new Set<string>();

/** Events that are not named after the value. */
const EVENTS: Readonly<Record<string, string>> = { privateMessage: "pm", contact: "error" };

/** What each value does; one that the platform does not list does nothing, as on a phone. */
export async function open(self: BuiltIn, type: string): Promise<void> {
  const { phone } = self;
  switch (type) {
    case "share":
      return share(self);
    case "getPhoneNumber": {
      const agreed = await agrees(
        phone,
        say(phone, "Share your phone number?", "允许获取你的手机号?"),
        say(phone, "The mini-program asks for the number of this phone.", "小程序申请获取此手机的号码。"),
      );
      return self.emit(
        "getphonenumber",
        agreed
          ? { errMsg: "getPhoneNumber:ok", encryptedData: opaque(), iv: opaque(), code: opaque() }
          : { errMsg: "getPhoneNumber:fail auth deny", errNo: 10200, errno: 10200 },
      );
    }
    case "getUserInfo": {
      if (!(await phone.authorize("scope.userInfo"))) {
        return self.emit("getuserinfo", { errMsg: "getUserInfo:fail auth deny", errNo: 10200 });
      }
      const { nickName, avatarUrl } = phone.settings.user;
      const userInfo = {
        nickName,
        avatarUrl,
        gender: 0,
        city: "",
        province: "",
        country: "",
        language: phone.settings.language,
      };
      return self.emit("getuserinfo", {
        errMsg: "getUserInfo:ok",
        userInfo,
        rawData: JSON.stringify(userInfo),
      });
    }
    case "agreePrivacyAuthorization": {
      const agreed = await agrees(
        phone,
        say(phone, "Privacy", "隐私保护"),
        say(phone, "Agree to the privacy terms?", "是否同意隐私条款?"),
      );
      if (agreed) phone.store.state.set("privacy", true);
      if (agreed) self.emit("agreeprivacyauthorization", { errMsg: "agreePrivacyAuthorization:ok" });
      return;
    }
    case "openSetting":
    case "addShortcut":
    case "addCalendarEvent":
    case "openAwemeUserProfile":
    case "openWebcastRoom":
    case "joinGroup":
    case "navigateToVideoView":
      return byFunction(self, type);
    default:
      if (ELSEWHERE.includes(type)) return missing(self, type);
      if (told.has(type)) return;
      told.add(type);
      console.warn(
        `open-type="${type}" is no value that the platform knows: the button does nothing more than any other.`,
      );
  }
}

/** Calls `onShareAppMessage` of the page and shows what would be shared. */
async function share(self: BuiltIn): Promise<void> {
  const { phone, host, component } = self;
  const page = phone.currentPage();
  const handler = page?.["onShareAppMessage"];
  const { id, dataset } = component;
  const channel = (dataset as Record<string, unknown> | null)?.["channel"];
  const options = { from: "button", target: { id, dataset }, channel };
  const content: unknown =
    typeof handler === "function" && (await (handler as (options: unknown) => unknown).call(page, options));
  const focus = (): void => host.focus({ preventScroll: true });
  (window as unknown as { tt: Tt }).tt["shareAppMessage"]?.({ ...(content as object), complete: focus });
}

/** Does what `tt`'s function of the same name does, and raises the event with what comes of it. */
function byFunction(self: BuiltIn, name: string): void | Promise<void> {
  const tt = (window as unknown as { tt?: Tt }).tt;
  const call = tt?.[name];
  if (typeof call !== "function") return missing(self, name);
  const dataset = self.component.dataset as Record<string, unknown> | null;
  const { groupId } = self.props as Record<string, unknown>;
  const raise = (detail: unknown) => self.emit(name.toLowerCase(), detail);
  // `data-calendar-options` holds all there is to say of an event.
  call({
    ...dataset,
    ...(dataset?.["calendarOptions"] as object | undefined),
    groupId,
    success: raise,
    fail: raise,
  });
}

/** Says that a phone of ours cannot do this, to the user and to the page. */
async function missing(self: BuiltIn, name: string): Promise<void> {
  const { phone } = self;
  await notice(
    phone,
    `open-type="${name}"`,
    say(phone, "The simulator has nothing to open for this.", "模拟器无法打开此功能。"),
  );
  self.emit(EVENTS[name] ?? name.toLowerCase(), {
    errMsg: `${name}:fail not supported by the simulator`,
    errNo: 10301,
  });
}

/** Data that only a server could read: random, in the form of the real. */
function opaque(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(24))));
}

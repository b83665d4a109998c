/** Who uses the phone: login, user information. */
import type { Api } from "../api";
import { Failure, refused } from "../../failure";
import { agrees, say } from "../../ui";

/** Key of the phone's state: when the session ends, in milliseconds since 1970. */
const SESSION = "session";
/** How long a session lasts here; the platform publishes no time. */
const SESSION_LENGTH = 24 * 60 * 60 * 1000;

export function account(api: Api): void {
  const { phone } = api;

  api.async("login", { force: "boolean?" }, "code anonymousCode isLogin", () => {
    phone.store.state.set(SESSION, Date.now() + SESSION_LENGTH);
    // Random from the first character on: apps cut user ids out of them.
    return { code: random(20), anonymousCode: random(20), isLogin: true };
  });
  api.async("checkSession", {}, "", () => {
    if (Number(phone.store.state.get(SESSION) ?? 0) < Date.now())
      throw new Failure("session is expired, call tt.login", 20100, "I");
  });

  const information = (withCredentials: boolean) => {
    const { nickName, avatarUrl } = phone.settings.user;
    const userInfo = {
      nickName,
      avatarUrl: avatarUrl && phone.url(avatarUrl),
      gender: 0,
      city: "",
      province: "",
      country: "中国",
      language: phone.settings.language,
    };
    const rawData = JSON.stringify(userInfo);
    // Nothing that can be checked or read: there is no session key here.
    return {
      userInfo,
      rawData,
      ...(withCredentials && { signature: random(20), encryptedData: btoa(random(48)), iv: btoa(random(8)) }),
    };
  };
  const fields = "userInfo rawData signature encryptedData iv";
  api.async<{ withCredentials?: boolean }>(
    "getUserInfo",
    { withCredentials: "boolean?" },
    fields,
    async ({ withCredentials = false }) => {
      if (!(await phone.authorize("scope.userInfo"))) throw refused();
      return information(withCredentials);
    },
  );
  api.async("getUserProfile", { force: "boolean?", desc: "string?" }, fields, async () => {
    const name = phone.settings.user.nickName;
    if (!(await agrees(phone, say(phone, "Share your name and picture?", "获取你的昵称、头像"), name)))
      throw refused();
    return information(true);
  });
}

/** Hexadecimal digits of so many random bytes. */
export function random(bytes: number): string {
  return [...crypto.getRandomValues(new Uint8Array(bytes))]
    .map((each) => each.toString(16).padStart(2, "0"))
    .join("");
}

/** `open-data`: something about the user that the page itself is not told. */
import { builtIn } from "./support/builtin";
import { h } from "./support/dom";

const defaults = {
  type: "",
  defaultText: "",
  defaultAvatar: "",
  useEmptyValue: false,
  openGid: "",
  lang: "en",
};

/** What stands where the phone's user has said nothing. */
const UNKNOWN = "未知";
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  userNickName: "用户",
  userGender: UNKNOWN,
  userCity: UNKNOWN,
  userProvince: UNKNOWN,
  userCountry: UNKNOWN,
};

/** Somebody without a picture. */
const AVATAR =
  "data:image/svg+xml," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><path fill="#e3e3e8" d="M0 0h64v64H0z"/><g fill="#b4b4bd"><circle cx="32" cy="25" r="11"/><path d="M10 64a22 20 0 0 1 44 0z"/></g></svg>',
  );

export const openData = builtIn("open-data", defaults, (self) => {
  const { host, props, phone } = self;
  let forget = () => {};

  function fail(errNo: number, errMsg: string): void {
    queueMicrotask(() => self.emit("error", { errNo, errMsg }));
  }

  function show(): void {
    const { nickName, avatarUrl } = phone.settings.user;
    if (props.type === "userAvatarUrl")
      return showAvatar(avatarUrl || props.defaultAvatar || (props.useEmptyValue ? AVATAR : ""));
    const placeholder = PLACEHOLDERS[props.type];
    if (placeholder === undefined) {
      host.replaceChildren();
      return fail(20001, `open-data: expect type to be one of the documented, but got "${props.type}"`);
    }
    const value = props.type === "userNickName" ? nickName : "";
    const text = value || props.defaultText || (props.useEmptyValue ? placeholder : "");
    host.textContent = text;
    if (!text) fail(21507, "data is empty");
  }

  function showAvatar(address: string): void {
    if (!address) {
      host.replaceChildren();
      return fail(21507, "data is empty");
    }
    const picture = h("img", {
      alt: phone.settings.user.nickName,
      src: phone.url(address),
      width: 64,
      height: 64,
    });
    picture.addEventListener("error", () => self.emit("error", { errNo: 10103, errMsg: "network error" }));
    host.replaceChildren(picture);
  }

  return {
    update: show,
    attached() {
      forget = phone.on("settings", (change) => {
        if (change.user) show();
      });
    },
    detached: () => forget(),
  };
});

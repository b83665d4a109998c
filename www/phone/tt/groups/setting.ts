/** What the user allowed: asked for, told, changed. */
import type { Phone } from "../../phone";
import type { Api } from "../api";
import { badParameter, refused } from "../../failure";
import { button, element, openDialog, say } from "../../ui";

/** The platform's scopes and what they are about. */
const SCOPES: Record<string, [english: string, chinese: string]> = {
  "scope.userInfo": ["User information", "用户信息"],
  "scope.userLocation": ["Location", "地理位置"],
  "scope.address": ["Address", "收货地址"],
  "scope.record": ["Microphone", "麦克风"],
  "scope.album": ["Photo album", "相册"],
  "scope.camera": ["Camera", "摄像头"],
};
const FIELDS = "authSetting subscriptionsSetting";

export function setting(api: Api): void {
  const { phone } = api;
  api.async<{ scope: string }>("authorize", { scope: "string" }, "data", async ({ scope }) => {
    if (!Object.hasOwn(SCOPES, scope)) throw badParameter(`params.scope "${scope}" is not a scope`);
    if (!(await phone.authorize(scope))) throw refused();
    return { data: { [scope]: "ok" } };
  });
  api.async<Wish>("getSetting", { withSubscriptions: "boolean?" }, FIELDS, (wish) => told(phone, wish));
  api.async<Wish>("openSetting", { withSubscriptions: "boolean?" }, FIELDS, async (wish) => {
    await openSheet(phone);
    return told(phone, wish);
  });
}

interface Wish {
  withSubscriptions?: boolean;
}

/** What was decided; a scope that was never asked for is not in it. */
function told(phone: Phone, { withSubscriptions }: Wish) {
  const decided = Object.entries(phone.settings.permissions).filter(([, state]) => state !== "prompt");
  const authSetting = Object.fromEntries(decided.map(([scope, state]) => [scope, state === "granted"]));
  if (!withSubscriptions) return { authSetting };
  const itemSettings = (phone.store.state.get("subscriptions") ?? {}) as Record<string, string>;
  const templateSettings = Object.fromEntries(
    Object.entries(itemSettings).map(([id, status]) => [id, template(status)]),
  );
  return { authSetting, subscriptionsSetting: { mainSwitch: true, itemSettings, templateSettings } };
}

/** What is told of one template of messages. */
export function template(status: string) {
  return {
    status,
    alwaysSubscribe: false,
    allowReminderWay: [{ reminderType: "message_notice", reminderStatus: status }],
  };
}

function openSheet(phone: Phone): Promise<void> {
  const title = say(phone, "Settings", "设置");
  return openDialog<void>(phone, "sheet", title, undefined, (dialog, close) => {
    const list = element("div", "", element("h2", "", title));
    const asked = Object.keys(SCOPES).filter(
      (scope) => (phone.settings.permissions[scope] ?? "prompt") !== "prompt",
    );
    if (asked.length === 0)
      list.append(
        element("p", "", say(phone, "The app has asked for nothing yet.", "该小程序未使用你的任何权限")),
      );
    for (const scope of asked) {
      const input = element("input");
      input.type = "checkbox";
      input.setAttribute("role", "switch");
      input.checked = phone.settings.permissions[scope] === "granted";
      input.addEventListener("change", () =>
        phone.change({ permissions: { [scope]: input.checked ? "granted" : "denied" } }),
      );
      const [english, chinese] = SCOPES[scope] ?? [scope, scope];
      list.append(element("label", "item", say(phone, english, chinese), input));
    }
    list.append(button(say(phone, "Done", "完成"), "item cancel", () => close()));
    dialog.append(list);
  });
}

/** Toast, loading, modal, action sheet. */
import type { Api } from "../api";
import { badParameter, cancelled } from "../../failure";
import { ask, choose, hideToast, type Icon, showToast } from "../../ui";

/** The platform's own words, in whatever language the phone is: pages and their tests know them. */
const CONFIRM = "确认";
const CANCEL = "取消";

export function feedback(api: Api): void {
  const { phone } = api;

  api.async<{ title: string; icon?: Icon; duration?: number; mask?: boolean }>(
    "showToast",
    { title: "string", icon: ["success", "loading", "none", "fail"], duration: "number?", mask: "boolean?" },
    "",
    ({ title, icon = "success", duration = 1500, mask = false }) =>
      showToast(phone, title, icon, duration, mask),
  );
  api.async("hideToast", {}, "", hideToast);
  api.async<{ title: string; mask?: boolean }>(
    "showLoading",
    { title: "string", mask: "boolean?" },
    "",
    ({ title, mask = false }) => showToast(phone, title, "loading", Infinity, mask),
  );
  api.async("hideLoading", {}, "", hideToast);

  api.async<Modal>(
    "showModal",
    {
      title: "string?",
      content: "string?",
      showCancel: "boolean?",
      cancelText: "string?",
      cancelColor: "string?",
      confirmText: "string?",
      confirmColor: "string?",
      editable: "boolean?",
      placeholderText: "string?",
    },
    "confirm cancel content",
    async (options) => {
      for (const name of ["cancelText", "confirmText"] as const) {
        // What the platform counts are characters, not halves of them.
        if (Array.from(options[name] ?? "").length > 4)
          throw badParameter(`params.${name} should have at most 4 characters`);
      }
      const answer = await ask(phone, {
        ...options,
        content: options.editable ? "" : (options.content ?? ""),
        cancelText: options.showCancel === false ? null : options.cancelText || CANCEL,
        confirmText: options.confirmText || CONFIRM,
        fields: options.editable ? { "": options.content ?? "" } : {},
      });
      const confirm = answer !== null;
      return { confirm, cancel: !confirm, ...(options.editable && confirm && { content: answer[0] }) };
    },
  );
  api.async<{ itemList: unknown[]; itemColor?: string }>(
    "showActionSheet",
    { itemList: "array", itemColor: "string?" },
    "tapIndex",
    async ({ itemList, itemColor = "" }) => {
      if (itemList.length < 1 || itemList.length > 6)
        throw badParameter("params.itemList should have 1 to 6 items");
      const tapIndex = await choose(phone, itemList.map(String), "", {
        colour: itemColor,
        cancelText: CANCEL,
      });
      if (tapIndex === null) throw cancelled();
      return { tapIndex };
    },
  );
}

interface Modal {
  title?: string;
  content?: string;
  showCancel?: boolean;
  cancelText?: string;
  cancelColor?: string;
  confirmText?: string;
  confirmColor?: string;
  editable?: boolean;
  placeholderText?: string;
}

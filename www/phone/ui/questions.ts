/** What a phone asks its user: yes or no, one of several, a text. */
import type { Phone } from "../phone";
import { button, element, openDialog, say } from "./dialog";

export interface Question {
  title?: string;
  content?: string;
  imageUrl?: string;
  /** Left out, it is what it means in the phone's language, as is the other. */
  confirmText?: string;
  /** Null for a dialogue with one button. */
  cancelText?: string | null;
  confirmColor?: string;
  cancelColor?: string;
  /** Fields to fill in, by label, with what stands in them at first. */
  fields?: Record<string, string>;
  /** Shown in fields that are empty. */
  placeholderText?: string;
}

/** Asks; null is no, else what stands in the fields. */
export function ask(phone: Phone, question: Question): Promise<string[] | null> {
  const { title, content, fields = {} } = question;
  const { cancelText = say(phone, "Cancel", "取消"), confirmText = say(phone, "OK", "确定") } = question;
  return openDialog<string[] | null>(
    phone,
    "card",
    title || content || confirmText,
    null,
    (dialog, close) => {
      if (title) dialog.append(element("h2", "", title));
      if (content) dialog.append(element("p", "", content));
      if (question.imageUrl) {
        const image = element("img");
        image.src = question.imageUrl;
        dialog.append(image);
      }
      const inputs = Object.entries(fields).map(([label, value]) => {
        const input = element("input");
        input.value = value;
        input.placeholder = question.placeholderText ?? "";
        input.autocomplete = "off";
        const named = element("label", "", label, input);
        if (!label) input.setAttribute("aria-label", title || content || confirmText);
        dialog.append(element("div", "field", label ? named : input));
        return input;
      });
      const confirm = (): void => close(inputs.map((input) => input.value));
      for (const input of inputs)
        input.addEventListener("keydown", (event) => event.key === "Enter" && confirm());
      const row = element("div", "tt-ui-row");
      if (cancelText !== null) {
        const no = button(cancelText, "", () => close(null));
        if (question.cancelColor) no.style.color = question.cancelColor;
        row.append(no);
      }
      const yes = button(confirmText, "main", confirm);
      if (question.confirmColor) yes.style.color = question.confirmColor;
      if (inputs.length === 0) yes.dataset.first = "";
      row.append(yes);
      dialog.append(row);
    },
  );
}

/** Asks yes or no in the phone's language. */
export async function agrees(phone: Phone, title: string, content = ""): Promise<boolean> {
  const answer = await ask(phone, {
    title,
    content,
    confirmText: say(phone, "Allow", "允许"),
    cancelText: say(phone, "Refuse", "拒绝"),
  });
  return answer !== null;
}

/** Says something; the answer is whether the user went along. */
export async function notice(phone: Phone, title: string, content = "", cancel = false): Promise<boolean> {
  const cancelText = cancel ? undefined : null;
  return (await ask(phone, { title, content, cancelText })) !== null;
}

/** Lets the user choose from a sheet: the index, or null. */
export function choose(
  phone: Phone,
  items: readonly string[],
  label = "",
  { colour = "", cancelText = say(phone, "Cancel", "取消") } = {},
): Promise<number | null> {
  return openDialog<number | null>(
    phone,
    "sheet",
    label || say(phone, "Choose", "请选择"),
    null,
    (dialog, close) => {
      const list = element("div");
      if (label) list.append(element("h2", "", label));
      items.forEach((item, index) => {
        const made = button(item, "item", () => close(index));
        if (colour) made.style.color = colour;
        list.append(made);
      });
      list.append(button(cancelText, "item cancel", () => close(null)));
      dialog.append(list);
    },
  );
}

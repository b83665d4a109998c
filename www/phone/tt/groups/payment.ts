/** Orders and their payment. Nothing is ordered or paid here: whoever tries the page says how it ends. */
import type { Api } from "../api";
import { badParameter, cancelled, Failure, wrongType } from "../../failure";
import { choose, notice, say } from "../../ui";

export function payment(api: Api): void {
  const { phone } = api;
  /** How a payment ends, as the platform numbers it; 3 where its sheet was closed. */
  const pay = async (): Promise<number> => {
    const outcomes: [code: number, label: string][] = [
      [0, say(phone, "Paid", "支付成功")],
      [1, say(phone, "Timed out", "支付超时")],
      [2, say(phone, "Failed", "支付失败")],
      [4, say(phone, "Cancelled", "支付取消")],
      [9, say(phone, "Unknown", "状态未知")],
    ];
    const labels = outcomes.map(([, label]) => label);
    const chosen = await choose(phone, labels, say(phone, "How does the payment end?", "选择支付结果"));
    return (chosen === null ? undefined : outcomes[chosen]?.[0]) ?? 3;
  };

  api.async<{ orderInfo: { order_id?: unknown; order_token?: unknown } }>(
    "pay",
    { orderInfo: "object", service: "number", _debug: "number?" },
    "code",
    async ({ orderInfo }) => {
      for (const field of ["order_id", "order_token"] as const) {
        if (typeof orderInfo[field] !== "string")
          throw wrongType(`orderInfo.${field}`, "string", orderInfo[field]);
      }
      return { code: await pay() };
    },
  );

  // What the app's server signed is for the platform's server: here it is only shown.
  api.async<{ data: string; byteAuthorization: string }>(
    "requestOrder",
    { data: "string", byteAuthorization: "string" },
    "orderId",
    async ({ data }) => {
      try {
        JSON.parse(data);
      } catch {
        throw badParameter("params.data should be the text of JSON");
      }
      if (!(await notice(phone, say(phone, "Place this order?", "提交订单？"), data.slice(0, 300), true)))
        throw cancelled();
      return { orderId: String(Date.now()) + String(Math.random()).slice(2, 8) };
    },
  );
  api.async<{ orderId: string }>("getOrderPayment", { orderId: "string" }, "", async () => {
    const code = await pay();
    if (code === 3 || code === 4) throw cancelled();
    if (code !== 0) throw new Failure("the order is not paid", 20000, "F");
  });
}

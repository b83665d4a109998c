import label from "../../lib/clock";
import { State, type Handler } from "../../types";

type Context = { joinRtcRoom(options: object): void; exitRtcRoom?(options?: object): void };
let context: Context | undefined;

Page({
  data: { state: label(State.Joining), users: [] as string[], user: "", microphone: true, asked: "" },
  onLoad(query: { room?: string }) {
    this.setData({ user: getApp<{ user: string }>().user, users: ["guest-1", "guest-2"], asked: query.room ?? "没有房间号" });
  },
  join() {
    context = tt.createRtcRoomContext("corpus-app") as unknown as Context;
    context.joinRtcRoom({ roomId: this.data.asked, userId: this.data.user, token: "", success: () => this.setData({ state: label(State.In) }) });
  },
  flip: (function (this: WechatLike) {
    this.setData({ microphone: !this.data.microphone });
  }) as Handler<unknown>,
  leave() {
    context?.exitRtcRoom?.();
    tt.redirectTo({ url: "/pages/result/result?state=" + State.Left });
  },
});

interface WechatLike {
  data: { microphone: boolean };
  setData(change: object): void;
}

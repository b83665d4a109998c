import label, { Clock } from "../../lib/clock";
import { State, type Member } from "../../types";

interface Data {
  state: string;
  clock: string;
  members: Member[];
}
const app = getApp<{ user: string; members: Member[] }>();

Page({
  data: { state: label(State.Idle), clock: new Clock("已等").tick(65).text, members: [] } as Data,
  onLoad() {
    const members: Member[] = ["ada", "bo"].map((userId, at) => ({ userId, muted: at === 1 }));
    app.members = members satisfies Member[];
    this.setData({ members });
  },
  enter(): void {
    tt.navigateTo({ url: "/pages/room/room?room=corpus" });
  },
});

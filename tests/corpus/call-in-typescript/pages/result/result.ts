import * as clock from "../../lib/clock";
import { State } from "../../types";
Page({
  data: { said: "" },
  onLoad({ state = "9" }: Record<string, string>) {
    const left = Number(state) === State.Left;
    this.setData({ said: `${clock.default(Number(state))} ${left} ${State[9]}` });
  },
});

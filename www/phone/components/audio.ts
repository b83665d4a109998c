/** `audio`: the browser's player, with a title. Not of Douyin, but pages made for its relatives have it. */
import { builtIn } from "./support/builtin";
import { h, setAttribute } from "./support/dom";

const defaults = { src: "", loop: false, controls: false, poster: "", name: "未知音频", author: "未知作者" };

export const audio = builtIn("audio", defaults, (self) => {
  const { host, props } = self;
  const title = h("div");
  const player = h("audio", { preload: "metadata" });
  host.append(title, player);
  for (const type of ["play", "pause", "ended"]) player.addEventListener(type, () => self.emit(type));
  player.addEventListener("timeupdate", () => {
    self.emit("timeupdate", { currentTime: player.currentTime, duration: player.duration || 0 });
  });
  player.addEventListener("error", () => {
    if (props.src)
      self.emit("error", { errMsg: player.error?.message ?? "", errCode: player.error?.code ?? 0 });
  });
  return {
    update(changed) {
      title.textContent = `${props.name} · ${props.author}`;
      host.toggleAttribute("controls", props.controls);
      player.controls = props.controls;
      player.loop = props.loop;
      if (changed.has("src")) setAttribute(player, "src", props.src ? self.url(props.src) : undefined);
    },
    detached: () => player.pause(),
  };
});

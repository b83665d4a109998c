/**
 * Components that need the platform's own services: a box that says what would be there. Their
 * attributes are known, so that a page that uses them runs without warnings.
 */
import { type BuiltIn, builtIn, type Defaults, type Definition } from "./support/builtin";
import { h } from "./support/dom";

/** A box with `name` and what `describe` says of the attributes; `then` runs once it is in the page. */
function placeholder<D extends Defaults>(
  tag: string,
  defaults: D,
  describe: (props: BuiltIn<D>["props"]) => string,
  then: (self: BuiltIn<D>) => void = () => {},
): Definition {
  return builtIn(tag, defaults, (self) => {
    const text = h("div", { class: "tt-placeholder-text" });
    const over = h("div", { class: "tt-placeholder-over" });
    self.host.classList.add("tt-placeholder");
    self.host.append(h("div", { class: "tt-placeholder-box" }, h("b", {}, `<${tag}>`), text), over);
    return {
      slot: over,
      update: () => void (text.textContent = describe(self.props)),
      attached: () => queueMicrotask(() => then(self)),
    };
  });
}

export const ad = placeholder(
  "ad",
  { unitId: "", adIntervals: 0, fixed: false, type: "banner", scale: 100 as number | string },
  ({ unitId, type }) => `an advertisement, ${type} · ${unitId}`,
  (self) => self.emit("load"),
);

const fromPlatform = () => "of the platform; not in the simulator";

export const platformOnly: readonly Definition[] = [
  placeholder(
    "aweme-data",
    { awemeId: "", type: "", disableDefault: false, defaultAvatar: "", defaultText: "" },
    fromPlatform,
  ),
  placeholder(
    "aweme-user-card",
    { awemeId: "", width: 504, height: 144, fixed: false, leftRightPadding: 0 },
    fromPlatform,
  ),
  placeholder(
    "pay-button",
    {
      mode: 1,
      goodsId: "",
      goodsType: 0,
      orderStatus: 0,
      orderId: "",
      refundId: "",
      refundTotalAmount: 0,
      bizLine: 1,
      marketingReady: false,
    },
    fromPlatform,
  ),
  ...["aweme-live-book", "clue-order-form", "room", "open-account", "trade-button"].map((tag) =>
    placeholder(tag, {}, fromPlatform),
  ),
  placeholder("consume-card", { orderId: "" }, fromPlatform),
  placeholder("rate-button", { orderId: "" }, fromPlatform),
  placeholder("live-preview", { roomId: "", awemeId: "", openId: "", hideHeader: false }, fromPlatform),
  placeholder(
    "video-player",
    { albumId: "", episodeId: "", cloudType: 0, version: "", autoplay: false, controls: true },
    fromPlatform,
  ),
];

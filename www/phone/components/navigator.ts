/** `navigator`: a link to another page. */
import { builtIn } from "./support/builtin";
import { pressable } from "./support/dom";
import { addHover, hoverProps } from "./support/hover";

const defaults = {
  ...hoverProps("navigator-hover", 50, 400),
  url: "",
  delta: 1,
  openType: "navigate",
};

export const navigator = builtIn("navigator", defaults, (self) => {
  const { host, props, phone, component } = self;
  host.setAttribute("role", "link");
  pressable(host, ["Enter"]);
  addHover(self, "navigator-hover");

  function go(): Promise<void> {
    const { router } = phone;
    switch (props.openType) {
      case "navigate":
        return router.navigateTo(props.url);
      case "redirect":
        return router.redirectTo(props.url);
      case "switchTab":
        return router.switchTab(props.url);
      case "reLaunch":
        return router.reLaunch(props.url);
      case "navigateBack":
        return router.navigateBack(props.delta);
      default:
        console.warn(
          `<navigator open-type="${props.openType}">: no value that the platform knows; it goes nowhere`,
        );
        return Promise.resolve();
    }
  }

  component.addListener("tap", () => {
    if (props.url === "" && props.openType !== "navigateBack")
      return console.warn("This <navigator> has no url; it goes nowhere");
    go().catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      console.warn(`<navigator url="${props.url}" open-type="${props.openType}">: ${message}`);
    });
  });
  return {};
});

const log = require("./log");

/** A page whose every lifecycle call is logged, with more in it. */
module.exports = function lifecycle(name, more) {
  const page = {
    onLoad(query) {
      log(`${name}.onLoad ${JSON.stringify(query)}`);
    },
    onTabItemTap({ index, pagePath, text }) {
      log(`${name}.onTabItemTap ${index} ${pagePath} ${text}`);
    },
    onResize({ size }) {
      log(`${name}.onResize ${size.windowWidth > size.windowHeight ? "landscape" : "portrait"}`);
    },
  };
  for (const call of ["onShow", "onReady", "onHide", "onUnload"]) {
    page[call] = () => log(`${name}.${call}`);
  }
  return Object.assign(page, more);
};

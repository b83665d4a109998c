// uni-app's compiler brings its own build of this package, and finds it only inside its IDE.
require("module-alias").addAlias(
  "@vue/component-compiler-utils",
  "@dcloudio/vue-cli-plugin-uni/packages/@vue/component-compiler-utils",
);

module.exports = { transpileDependencies: ["@dcloudio/uni-ui"], productionSourceMap: false };

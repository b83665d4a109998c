module.exports = {
  projectName: "taro-vue",
  date: "2026-1-1",
  // Parts of NutUI are drawn for a width of 375.
  designWidth: (input) => (/nutui/.test(input?.file ?? "") ? 375 : 750),
  deviceRatio: { 375: 2, 640: 2.34 / 2, 750: 1, 828: 1.81 / 2 },
  sourceRoot: "src",
  outputRoot: "dist",
  framework: "vue3",
  compiler: { type: "webpack5", prebundle: { enable: false } },
  cache: { enable: false },
  plugins: ["@tarojs/plugin-html", "@tarojs/plugin-platform-tt", "@tarojs/plugin-framework-vue3"],
  mini: { postcss: { pxtransform: { enable: true, config: {} } } },
};

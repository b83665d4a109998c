module.exports = {
  projectName: "taro-react",
  date: "2026-1-1",
  designWidth: 750,
  deviceRatio: { 640: 2.34 / 2, 750: 1, 828: 1.81 / 2 },
  sourceRoot: "src",
  outputRoot: "dist",
  framework: "react",
  compiler: { type: "webpack5", prebundle: { enable: false } },
  cache: { enable: false },
  plugins: ["@tarojs/plugin-platform-tt", "@tarojs/plugin-framework-react"],
  mini: { postcss: { pxtransform: { enable: true, config: {} } } },
};

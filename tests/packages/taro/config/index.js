module.exports = {
  projectName: "tt-rtc-h5",
  date: "2026-1-1",
  designWidth: 750,
  deviceRatio: { 750: 1 },
  sourceRoot: "src",
  outputRoot: "dist",
  framework: "react",
  compiler: { type: "webpack5", prebundle: { enable: false } },
  cache: { enable: false },
  plugins: ["@tarojs/plugin-platform-h5", "@tarojs/plugin-framework-react"],
  h5: { publicPath: "./", router: { mode: "hash" } },
};

export default defineAppConfig({
  pages: ["pages/index/index", "pages/parts/parts", "pages/call/call"],
  window: { navigationBarBackgroundColor: "#ffffff", navigationBarTextStyle: "black", backgroundColor: "#f5f6f7" },
});

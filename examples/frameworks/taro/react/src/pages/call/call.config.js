export default definePageConfig({ navigationBarTitleText: "Call" });

const { api } = require("../../api");

Page(
  api({
    showToast: () => tt.showToast({ title: "Saved · 已保存" }),
    "showToast fail": () => tt.showToast({ title: "No network · 无网络", icon: "fail" }),
    "showToast none": () => tt.showToast({ title: "Text alone · 仅文字", icon: "none" }),
    showLoading: async () => {
      await tt.showLoading({ title: "加载中", mask: true });
      setTimeout(() => tt.hideLoading(), 1000);
    },
    showModal: () => tt.showModal({ title: "Leave? · 离开？", content: "Others stay in the call. 其他人继续通话。" }),
    "showModal editable": () => tt.showModal({ title: "Your name · 昵称", editable: true, placeholderText: "Ada" }),
    showActionSheet: () => tt.showActionSheet({ itemList: ["Front · 前置", "Back · 后置"] }),
    setNavigationBarTitle: () => tt.setNavigationBarTitle({ title: "A new title · 新标题" }),
    setNavigationBarColor: () => tt.setNavigationBarColor({ frontColor: "#ffffff", backgroundColor: "#2b5f9e" }),
    showNavigationBarLoading: () => tt.showNavigationBarLoading(),
    hideNavigationBarLoading: () => tt.hideNavigationBarLoading(),
    setTabBarBadge: () => tt.setTabBarBadge({ index: 0, text: "3" }),
    pageScrollTo: () => tt.pageScrollTo({ scrollTop: 0 }),
    hideKeyboard: () => tt.hideKeyboard(),
  }),
);

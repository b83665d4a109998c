const app = getApp();
Component({
  options: { addGlobalClass: true, multipleSlots: true },
  properties: {
    bgColor: { type: String, default: '' },
    isCustom: { type: [Boolean, String], default: false },
    isBack: { type: [Boolean, String], default: false },
    bgImage: { type: String, default: '' },
  },
  data: { StatusBar: 0, CustomBar: 0, image: '' },
  observers: { bgImage(bgImage) { this.setData({ image: `background-image: url("${bgImage}")` }); } },
  lifetimes: { attached() { const { StatusBar, CustomBar } = app.globalData; this.setData({ StatusBar, CustomBar }); } },
  methods: {
    BackPage() { tt.navigateBack({ delta: 1 }); },
    toHome() { tt.reLaunch({ url: '/pages/index/index' }); },
  },
});

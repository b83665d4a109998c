Page({
  data: { goods: { name: "tea" }, count: 12, coupon: -1, coupons: [{ name: "ten" }, { name: "twenty" }] },
  choose({ detail }) {
    this.setData({ coupon: detail.value });
  },
});

Page({
  data: {
    words: ["one", "two"],
    price() {},
    stock() {},
    total() {},
    discount() {},
    freight() {},
    coupon() {},
  },
});

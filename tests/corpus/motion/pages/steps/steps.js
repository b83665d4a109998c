Page({
  data: { one: {}, two: {}, ended: 0 },
  onReady() {
    const animation = tt.createAnimation({ duration: 60, timingFunction: 'cubic-bezier(0.2, 0.8, 0.2, 1)', transformOrigin: '50% 50%' });
    animation.rotate(45).translateX(60).step();
    animation.rotate(45).translateX(60).scale(1.2).opacity(0.6).backgroundColor('#c3f0ca').step({ duration: 60, timingFunction: 'steps(2, end)' });
    const other = tt.createAnimation({ duration: 60 });
    other.width('120px').height(40).top(10).step({ delay: 10 });
    this.setData({ one: animation.export(), two: other.export() });
  },
  end() { this.setData({ ended: this.data.ended + 1 }); },
});

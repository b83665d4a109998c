Page({
  data: { state: '', rooms: [{ id: 1, name: '读书会', last: '周六下午见', at: 1709280000000, fresh: 2 }, { id: 2, name: '邻居', last: '[图片]', at: 1709266200000, fresh: 0 }, { id: 3, name: '一个名字非常非常非常长长长长长长的群', last: '最后一句也很长，长到要截断才行，不然就换行了', at: 1709200000000, fresh: 120 }] },
  onLoad() { this.stop = getApp().socket.listen((state) => this.setData({ state })); },
  onUnload() { this.stop(); },
  open(event) { tt.navigateTo({ url: '/pages/room/room?id=' + event.currentTarget.dataset.id }); },
});

const texts = ['在吗?', '在。', '书看到哪了?', '第三章，那个下雨的晚上。写得真好，我又回头看了一遍，怕错过什么。', '我还在第一章……', '不急。'];
Page({
  data: { list: [], text: '', last: '' },
  onLoad() {
    const list = [];
    for (let i = 0; i < 18; i++) list.push({ id: 'm' + i, mine: i % 2 === 1, text: texts[i % texts.length], at: 1709280000000 + i * 61000 });
    this.setData({ list }, () => this.end());
    this.stop = getApp().socket.listen((state) => tt.setNavigationBarTitle({ title: state === 'open' ? '读书会' : '读书会（离线）' }));
  },
  onUnload() { this.stop(); },
  end() { this.setData({ last: this.data.list[this.data.list.length - 1].id }); },
  type(event) { this.setData({ text: event.detail.value }); },
  send() {
    const { text, list } = this.data;
    if (text === '') return;
    const sent = getApp().socket.send(JSON.stringify({ text }));
    this.setData({ [`list[${list.length}]`]: { id: 'm' + list.length, mine: true, text, waits: !sent, at: 1709290000000 }, text: '' }, () => this.end());
  },
});

require('../../utils/page.js')({
  data: { at: 0, kinds: [] },
  onLoad() {
    const { catalog } = getApp().libs;
    this.setData({ kinds: catalog.kinds().map((name) => ({ name, goods: catalog.of(name) })) });
  },
  choose(event) { this.setData({ at: event.currentTarget.dataset.at, into: 'k' + event.currentTarget.dataset.at }); },
});

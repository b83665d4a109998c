// It takes away what it shows before that is on the page.
Component({
  data: { shown: true },
  attached() {
    this.setData({ shown: false });
    this.selectComponent("#inner");
  },
});

class Point {
  constructor(x) {
    this.x = x;
  }
  get double() {
    return 2 * this.x;
  }
}

Page({
  Point,
  data: { value: "", written: new Date(0), made: new Point(1), method() {}, list: [{ at: new Date(1) }, { at: new Date(2) }] },
});

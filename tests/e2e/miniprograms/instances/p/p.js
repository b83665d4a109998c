// What a framework has in place of an instance: an object that carries its two ids.
class Proxy {}
Page({
  /** An object for the inner component of the second outer one, which inherits what it carries. */
  proxy() {
    const inner = this.selectComponent("#second").selectComponent("#inner");
    const { __webviewId__, __nodeId__ } = inner;
    return Object.assign(Object.create(Object.assign(new Proxy(), { __webviewId__ })), { __nodeId__ });
  },
  query() {
    return new Promise((done) => {
      tt.createSelectorQuery().in(this.proxy()).select(".word").fields({ dataset: true }, done).exec();
    });
  },
  intersection() {
    return new Promise((done) => {
      tt.createIntersectionObserver(this.proxy()).relativeToViewport().observe(".word", done);
    });
  },
});

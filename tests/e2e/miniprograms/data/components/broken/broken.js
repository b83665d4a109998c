const broken = (name) => () => {
  throw new Error(`throws in ${name}`);
};
const all = (...names) => Object.fromEntries(names.map((name) => [name, broken(name)]));
const loop = {};
loop.loop = loop;

Component({
  properties: { n: { type: Number, observer: broken("property") } },
  data: { loop },
  observers: { n: broken("observer") },
  lifetimes: all("created", "attached", "ready", "detached"),
  pageLifetimes: all("show", "hide"),
  methods: {
    ...all("tap"),
    retype() {
      this.setData({ n: {} });
    },
  },
});

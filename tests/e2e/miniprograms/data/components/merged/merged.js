const log = (line) => getApp().calls.push(line);
const lifetimes = (name) => ({ created: () => log(`${name} created`), attached: () => log(`${name} attached`) });

const base = Behavior({
  properties: { size: { type: String, value: "base" } },
  data: { style: { color: "base", font: { size: 1, family: "base" }, tags: ["base"] }, from: "base", base: true },
  provide: () => ({ given: "base", more: "base" }),
  inject: ["given"],
  lifetimes: lifetimes("base"),
  methods: { who: () => "base", own: () => "base" },
});
const left = Behavior({
  behaviors: [base],
  data: { style: { font: { size: 2 }, left: true }, from: "left" },
  lifetimes: lifetimes("left"),
  methods: { who: () => "left" },
});
const right = Behavior({
  behaviors: [base],
  data: { style: { font: { weight: 3 }, tags: ["right"] } },
  lifetimes: lifetimes("right"),
  observers: { shown: "seen" },
  methods: { who: () => "right" },
});

Component({
  behaviors: [left, right],
  provide: () => ({ given: "own" }),
  inject: { more: { default: "nothing" } },
  properties: { size: { type: String, value: "own", observer: "resized" } },
  data: { style: { color: "own" } },
  lifetimes: lifetimes("own"),
  methods: {
    who: () => "own",
    resized(size, old, path) {
      log(`${path.join()} from ${old} to ${size}`);
    },
    // What the observer of a behavior names may be the component's.
    seen(shown) {
      log(`seen ${shown}`);
    },
  },
});

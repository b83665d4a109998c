// The runtime: nodes, documents and what of them goes into setData.
const TAGS = { view: ['0', ['hoverClass']], text: ['1', []], button: ['2', ['size', 'type', 'disabled', 'formType']], input: ['3', ['focus', 'value', 'placeholder']], image: ['4', ['src', 'mode']], 'scroll-view': ['5', ['scrollY', 'scrollX']], form: ['6', []], switch: ['7', ['name', 'checked', 'color']], '#text': ['8', []] };
const nodes = new Map();
let ids = 0;
class Node {
  constructor(tag) { this.tag = tag; this.sid = '_' + (ids++).toString(36).toUpperCase(); this.uid = this.sid; this.childNodes = []; this.props = {}; this.listeners = {}; this.parent = null; nodes.set(this.sid, this); }
  get path() { if (!this.parent) return 'root'; return `${this.parent.path}.cn.[${this.parent.childNodes.indexOf(this)}]`; }
  get root() { return this.parent ? this.parent.root : this; }
  append(child) { child.parent = this; this.childNodes.push(child); this.update(`${this.path}.cn`, () => this.childNodes.map((one) => one.toData())); return this; }
  remove(child) { this.childNodes.splice(this.childNodes.indexOf(child), 1); child.parent = null; nodes.delete(child.sid); this.update(`${this.path}.cn`, () => this.childNodes.map((one) => one.toData())); }
  set(name, value) { this.props[name] = value; const at = TAGS[this.tag][1].indexOf(name); const key = { className: 'cl', style: 'st', text: 'v' }[name] || (at >= 0 ? `p${at}` : name); if (this.parent) this.update(`${this.path}.${key}`, () => value); }
  on(type, listener) { (this.listeners[type] = this.listeners[type] || []).push(listener); }
  update(path, value) { const { root } = this; if (root.enqueue) root.enqueue(path, value); }
  toData() {
    const [nn, names] = TAGS[this.tag];
    const data = { nn, sid: this.sid };
    if (this.tag === '#text') { data.v = this.props.text; return data; }
    if (this.uid !== this.sid) data.uid = this.uid;
    data.cn = this.childNodes.map((child) => child.toData());
    if (this.props.className) data.cl = this.props.className;
    if (this.props.style) data.st = this.props.style;
    names.forEach((name, at) => { if (this.props[name] !== undefined) data[`p${at}`] = this.props[name]; });
    return data;
  }
}
class Root extends Node {
  constructor() { super('view'); this.queue = new Map(); this.page = null; }
  enqueue(path, value) { this.queue.set(path, value); if (!this.page || this.waiting) return; this.waiting = true; Promise.resolve().then(() => this.flush()); }
  flush() {
    this.waiting = false;
    const change = {};
    for (const [path, value] of this.queue) if (![...this.queue.keys()].some((other) => other !== path && path.startsWith(other + '.'))) change[path] = value();
    this.queue.clear();
    if (Object.keys(change).length > 0) this.page.setData(change);
  }
  mount(page) { this.page = page; this.queue.clear(); page.setData({ root: { cn: this.childNodes.map((child) => child.toData()), uid: this.uid } }); }
}
function h(tag, props, ...children) {
  const node = new Node(tag);
  Object.entries(props || {}).forEach(([name, value]) => { if (/^on[A-Z]/.test(name)) node.on(name.slice(2).toLowerCase(), value); else if (name === 'id') { node.uid = value; nodes.set(value, node); } else node.set(name, value); });
  children.flat().forEach((child) => { if (typeof child === 'object') { node.append(child); return; } const text = new Node('#text'); text.set('text', String(child)); node.append(text); });
  return node;
}
function eventHandler(event) {
  const { target, currentTarget } = event;
  const node = nodes.get(currentTarget.dataset.sid) || nodes.get(currentTarget.id);
  if (!node) return;
  if (event.type === 'tap' && target.id !== currentTarget.id && target.dataset.sid && nodes.has(target.dataset.sid) && nodes.get(target.dataset.sid).stops) return;
  (node.listeners[event.type] || []).forEach((listener) => listener({ type: event.type, detail: event.detail, node }));
}
exports.h = h;
exports.createApp = (options) => Object.assign(Object.create({ onShow() {}, onHide() {} }), options);
exports.createPage = (render) => {
  const instance = { data: { root: { cn: [] } }, eh: eventHandler };
  instance.onLoad = function (query) { this.tree = new Root(); render.call(this, this.tree, query); this.tree.mount(this); };
  ['onShow', 'onHide', 'onReady', 'onPullDownRefresh'].forEach((name) => { instance[name] = function () {}; });
  instance.onUnload = function () { this.tree.page = null; };
  return instance;
};

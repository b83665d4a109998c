(global["webpackJsonp"] = global["webpackJsonp"] || []).push([["common/vendor"], {
"uni": function (module, exports) {
  var api = {};
  ['navigateTo', 'showToast', 'getSystemInfoSync', 'setStorageSync', 'getStorageSync'].forEach(function (name) { api[name] = function () { return tt[name].apply(tt, arguments); }; });
  api.createSelectorQuery = function () { return tt.createSelectorQuery(); };
  module.exports = api;
},
"framework": function (module, exports, require) {
  var vms = {};
  var count = 0;
  function Vm(options, props) {
    var vm = this;
    vm._uid = count++;
    vm.$options = options;
    vm.$children = [];
    vm.$refs = {};
    vm.$slots = {};
    Object.keys(props || {}).forEach(function (key) { vm[key] = props[key]; });
    Object.keys(options.methods || {}).forEach(function (key) { vm[key] = options.methods[key].bind(vm); });
    var data = typeof options.data === 'function' ? options.data.call(vm) : {};
    vm._data = data;
    Object.keys(data).forEach(function (key) {
      Object.defineProperty(vm, key, { enumerable: true, get: function () { return vm._data[key]; }, set: function (value) { vm._data[key] = value; vm.$update(); } });
    });
    Object.keys(options.computed || {}).forEach(function (key) { Object.defineProperty(vm, key, { enumerable: true, get: options.computed[key].bind(vm) }); });
    if (options.created) options.created.call(vm);
  }
  Vm.prototype.$state = function () {
    var vm = this, state = {};
    Object.keys(vm._data).concat(Object.keys(vm.$options.computed || {})).forEach(function (key) { state[key] = vm[key]; });
    return JSON.parse(JSON.stringify(state));
  };
  Vm.prototype.$update = function () {
    var vm = this;
    if (!vm.$scope || vm._queued) return;
    vm._queued = true;
    Promise.resolve().then(function () {
      vm._queued = false;
      var state = vm.$state(), change = {}, old = vm.$scope.data;
      Object.keys(state).forEach(function (key) { if (JSON.stringify(state[key]) !== JSON.stringify(old[key])) change[key] = state[key]; });
      if (Object.keys(change).length > 0) vm.$scope.setData(change, function () { (vm._ticks || []).splice(0).forEach(function (tick) { tick(); }); });
    });
  };
  Vm.prototype.$nextTick = function (tick) { (this._ticks = this._ticks || []).push(tick); };
  Vm.prototype.$emit = function (name) { var args = [].slice.call(arguments, 1); this.$scope.triggerEvent(name, { __args__: args }); };
  function bindScope(vm, scope) {
    vm.$scope = scope;
    scope.$vm = vm;
    // A query "in" this object finds its elements by these two.
    vm.__webviewId__ = scope.__webviewId__;
    vm.__nodeId__ = scope.__nodeId__;
    vms[scope.__webviewId__ + '_' + scope.__nodeId__] = vm;
  }
  function handleLink(event) {
    var detail = event.detail, child = detail.vm || detail;
    if (!child || !this.$vm) return;
    child.$parent = this.$vm;
    if (this.$vm.$children.indexOf(child) < 0) this.$vm.$children.push(child);
    var ref = child.$scope.dataset && child.$scope.dataset.ref;
    if (ref) this.$vm.$refs[ref] = child;
  }
  function handleEvent(event) {
    var vm = this.$vm;
    var dataset = (event.currentTarget || event.target).dataset;
    (dataset.eventOpts || dataset['event-opts'] || []).forEach(function (option) {
      if (option[0].replace(/^[\^~]/, '') !== event.type) return;
      option[1].forEach(function (call) {
        var args = (call[1] || []).map(function (arg) { return arg === '$event' ? (event.detail && event.detail.__args__ ? event.detail.__args__[0] : event) : arg; });
        if (call[0] === '__set_model') vm[call[1][1]] = event.detail.value;
        else vm[call[0]].apply(vm, args);
      });
    });
  }
  exports.createApp = function (options) { App({ onLaunch: function () { this.$vm = new Vm(options); if (options.onLaunch) options.onLaunch.call(this.$vm); }, globalData: options.globalData || {} }); };
  exports.createPage = function (options) {
    Component({
      options: { multipleSlots: true, addGlobalClass: true },
      data: new Vm(options).$state(),
      lifetimes: { attached: function () { bindScope(new Vm(options), this); this.$vm.$update(); }, ready: function () { if (options.mounted) options.mounted.call(this.$vm); }, detached: function () { if (options.destroyed) options.destroyed.call(this.$vm); } },
      methods: {
        __l: handleLink, __e: handleEvent,
        onLoad: function (query) { this.options = query; if (options.onLoad) options.onLoad.call(this.$vm, query); },
        onShow: function () { if (options.onShow) options.onShow.call(this.$vm); },
        onReady: function () { if (options.onReady) options.onReady.call(this.$vm); },
      },
    });
  };
  exports.createComponent = function (options) {
    var properties = { vueId: { type: String, value: '' }, vueSlots: { type: null, value: [], observer: function (names) { if (this.$vm) (names || []).forEach(function (name) { this.$vm.$slots[name] = true; }, this); } } };
    Object.keys(options.props || {}).forEach(function (key) {
      properties[key] = { type: options.props[key].type, value: options.props[key].default === undefined ? null : options.props[key].default, observer: function (value) { if (this.$vm) { this.$vm[key] = value; this.$vm.$update(); } } };
      if (options.props[key].default === undefined) delete properties[key].value;
    });
    Component({
      options: { multipleSlots: true, addGlobalClass: true },
      properties: properties,
      data: {},
      lifetimes: {
        attached: function () { bindScope(new Vm(options, this.properties), this); this.triggerEvent('__l', this.$vm); this.$vm.$update(); },
        ready: function () { if (options.mounted) options.mounted.call(this.$vm); },
        detached: function () { if (this.$vm && this.$vm.$parent) this.$vm.$parent.$children = this.$vm.$parent.$children.filter(function (child) { return child.$scope !== this; }, this); },
      },
      methods: { __l: handleLink, __e: handleEvent },
    });
  };
},
"card": function (module, exports, require) { require('framework').createComponent({ props: { title: { type: String, default: '' }, open: { type: Boolean, default: true } }, data: function () { return { taps: 0 }; }, computed: { label: function () { return this.title + ' ' + this.taps; } }, methods: { press: function () { this.taps += 1; this.$emit('press', this.taps); } } }); },
}]);

(global["webpackJsonp"] = global["webpackJsonp"] || []).push([["pages/index/index"], { "p-index": function (module, exports, require) {
  require('framework').createPage({
    data: function () { return { title: '列表', list: [{ id: 1, text: '清早' }, { id: 2, text: '正午' }], chosen: -1 }; },
    computed: { count: function () { return this.list.length; } },
    onLoad: function () { var vm = this; vm.title = '列表 ' + require('uni').getStorageSync('launched'); vm.list = vm.list.concat({ id: 3, text: '傍晚' }); },
    methods: { choose: function (at) { this.chosen = at; }, go: function (name) { require('uni').navigateTo({ url: '/pages/' + name + '/' + name }); } },
  });
} }, [["p-index", "common/runtime", "common/vendor"]]]);

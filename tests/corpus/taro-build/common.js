(global.taroRegistry = global.taroRegistry || []).push([['common'], function (root) { root.taroCommon = true; }]);

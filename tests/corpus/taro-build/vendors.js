(global.taroRegistry = global.taroRegistry || []).push([['vendors'], function (root) { root.taroVersion = 'corpus'; }]);

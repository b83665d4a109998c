/******/ (function (modules) {
/******/   function webpackJsonpCallback(data) {
/******/     var chunkIds = data[0], moreModules = data[1], executeModules = data[2];
/******/     for (var moduleId in moreModules) if (Object.prototype.hasOwnProperty.call(moreModules, moduleId)) modules[moduleId] = moreModules[moduleId];
/******/     if (parentJsonpFunction) parentJsonpFunction(data);
/******/     chunkIds.forEach(function (id) { installedChunks[id] = 0; });
/******/     deferredModules.push.apply(deferredModules, executeModules || []);
/******/     return checkDeferredModules();
/******/   }
/******/   function checkDeferredModules() {
/******/     var result;
/******/     for (var i = 0; i < deferredModules.length; i++) {
/******/       var deferred = deferredModules[i];
/******/       var fulfilled = deferred.slice(1).every(function (id) { return installedChunks[id] === 0; });
/******/       if (fulfilled) { deferredModules.splice(i--, 1); result = __webpack_require__(deferred[0]); }
/******/     }
/******/     return result;
/******/   }
/******/   var installedModules = {}, installedChunks = { 'common/runtime': 0 }, deferredModules = [];
/******/   function __webpack_require__(id) {
/******/     if (installedModules[id]) return installedModules[id].exports;
/******/     var module = installedModules[id] = { i: id, l: false, exports: {} };
/******/     modules[id].call(module.exports, module, module.exports, __webpack_require__);
/******/     module.l = true;
/******/     return module.exports;
/******/   }
/******/   var jsonpArray = global["webpackJsonp"] = global["webpackJsonp"] || [];
/******/   var oldJsonpFunction = jsonpArray.push.bind(jsonpArray);
/******/   jsonpArray.push = webpackJsonpCallback;
/******/   jsonpArray = jsonpArray.slice();
/******/   for (var i = 0; i < jsonpArray.length; i++) webpackJsonpCallback(jsonpArray[i]);
/******/   var parentJsonpFunction = oldJsonpFunction;
/******/   checkDeferredModules();
/******/ })([]);

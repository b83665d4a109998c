// Shape: what a uni-app build (Vue 2 line) leaves: a registry of modules under global["webpackJsonp"],
// a runtime, one vendor file with the framework in it, pages that push themselves. Components tell their
// parent of themselves by an event, every event goes to __e, slots have fallback content, and queries
// are asked "in" an instance of the framework that carries __webviewId__ and __nodeId__.
require('./common/runtime.js')
require('./common/vendor.js')
require('./common/main.js')

// Shape: files and folders with Chinese names, blanks, percent signs and hashes, as designers and
// translators save them: pages, components, scripts, style sheets, sjs and pictures.
const 工具 = require('./工具/字 符.js');
App({ 工具, globalData: { 次数: 0 } });

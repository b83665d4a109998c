var root = typeof global === 'object' ? global : {};
root.taroRegistry = root.taroRegistry || { chunks: [], push: function (chunk) { this.chunks.push(chunk[0][0]); chunk[1](root); } };
module.exports = root.taroRegistry;

exports.go = function (url) { tt.navigateTo({ url, fail: () => tt.switchTab({ url }) }); };

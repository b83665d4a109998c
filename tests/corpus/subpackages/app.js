// Shape: a small main package and two others, each with components, a library and pictures of its own;
// preload rules; paths that go from one package to the main one and a component used by its absolute path.
App({ onLaunch() { this.trail = []; }, onPageNotFound() { tt.redirectTo({ url: '/pages/index/index' }); } });

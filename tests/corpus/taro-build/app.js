// Shape: what a Taro build leaves: one base template whose templates call each other (and themselves) by
// computed names, a tree of nodes in the data, changes by paths such as root.cn.[0].v, one handler "eh"
// for every event, which finds its node by the element's id.
require('./runtime');
require('./vendors');
require('./common');
const runtime = require('./taro');
App(runtime.createApp({ onLaunch() { this.launched = true; } }));

// Shape: a form in steps. Every form control, checks before the next step, and pages that hand values
// back: through getCurrentPages(), through the opener's event channel where there is one, through an
// event bus, and through the data of the app.
const bus = require('./utils/bus');
App({ bus, globalData: { draft: {} }, onLaunch(options) { this.globalData.scene = typeof options.scene; } });

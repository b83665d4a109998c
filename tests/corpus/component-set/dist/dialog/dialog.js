// Called by a page: finds the dialogue of the page on top by its selector.
let queue = [];
function context() { const pages = getCurrentPages(); return pages[pages.length - 1]; }
function Dialog(options) {
  options = Object.assign({ selector: '#w-dialog', show: true }, options);
  return new Promise((resolve, reject) => {
    const dialog = context().selectComponent(options.selector);
    delete options.selector;
    if (!dialog) { console.warn('no dialog on this page'); return; }
    dialog.callback = (action) => (action === 'confirm' ? resolve(dialog) : reject(dialog));
    dialog.setData(options);
    queue.push(dialog);
  });
}
Dialog.alert = (options) => Dialog(options);
Dialog.confirm = (options) => Dialog(Object.assign({ showCancelButton: true }, options));
Dialog.close = () => { queue.forEach((dialog) => dialog.close()); queue = []; };
module.exports = Dialog;

// Shape: a game on a canvas. The node's own requestAnimationFrame, createImage and createImageData, an
// off-screen canvas, and on other pages the older drawing context with its queue of commands.
App({});

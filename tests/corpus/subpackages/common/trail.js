module.exports = function trail(name) { const app = getApp(); app.trail.push(name); return app.trail.length; };

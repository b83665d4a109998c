var style = require('../sjs/utils.sjs').style;
module.exports = { root: function (data) { return data.color ? style(data.plain ? { color: data.color, 'border-color': data.color } : { 'background-color': data.color }) : ''; } };

const p = require('./promisify');
const { post, get } = require('./request');
exports.login = async function login() {
  const { code, anonymousCode } = await p.login({ force: false });
  const { token } = await post('/session', { code: code || anonymousCode });
  await p.setStorage({ key: 'token', data: token });
  const app = getApp({ allowDefault: true });
  if (app && app.globalData) app.globalData.token = token;
  return token;
};
exports.me = () => get('/me');
exports.save = (change) => post('/me', change);
exports.missing = () => get('/missing');
